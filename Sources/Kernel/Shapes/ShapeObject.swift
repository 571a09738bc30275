/// A member of an object: its name, the shape of its value, and where the value stands in the whole.
public struct ShapeMember<Whole: Sendable, Part: Sendable>: Sendable {
    let name: String
    let shape: Shape<Part>
    let part: @Sendable (Whole) -> Part

    public init(_ name: String, _ shape: Shape<Part>, _ part: @escaping @Sendable (Whole) -> Part) {
        self.name = name
        self.shape = shape
        self.part = part
    }

    fileprivate func take(_ json: JSONValue, _ path: String, _ faults: inout [FieldFault]) -> Part? {
        let place = path.isEmpty ? name : "\(path).\(name)"
        guard let value = json[name] ?? (shape.acceptsNull ? .null : nil) else {
            faults.append(FieldFault(place, "Ce champ est obligatoire."))
            return nil
        }
        return shape.take(value, place, &faults)
    }
}

extension Shape {
    /// An object with members.
    /// - Parameters:
    ///   - isOpen: true where members that are not known are left aside, as in what a later release tells; a fault otherwise.
    ///   - make: puts the parts together, in the order of the members.
    public static func object<each Part: Sendable>(
        isOpen: Bool = false, _ members: repeat ShapeMember<Value, each Part>, make: @escaping @Sendable (repeat each Part) -> Value
    ) -> Shape {
        var schemas: [(String, JSONValue)] = []
        repeat schemas.append(((each members).name, (each members).shape.schema))
        var required: [String] = []
        repeat required += (each members).shape.acceptsNull ? [] : [(each members).name]
        let known = Set(schemas.map(\.0))
        return Shape(
            schema: JSONSchema.object(schemas, required: required),
            write: { whole in
                var written: [(String, JSONValue)] = []
                repeat written.append(((each members).name, (each members).shape.write((each members).part(whole))))
                return .object(written)
            },
            take: { json, path, faults in
                guard let given = json.objectValue else {
                    faults.append(FieldFault(path, "Un objet est attendu ici."))
                    return nil
                }
                let before = faults.count
                for (name, _) in given where !isOpen && !known.contains(name) {
                    faults.append(
                        FieldFault(path.isEmpty ? name : "\(path).\(name)", "Ce champ est inconnu\u{A0}: retirez-le ou corrigez son nom."))
                }
                let parts = (repeat (each members).take(json, path, &faults))
                guard faults.count == before else { return nil }
                func whole<Found>(_ part: Found?) throws -> Found {
                    guard let part else { throw Refusal.notFound }
                    return part
                }
                return try? make(repeat whole(each parts))
            })
    }
}
