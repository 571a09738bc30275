import Kernel

extension LinesAPI {
    /// Schema of one line, a named component.
    var schema: JSONValue { JSONSchema.named(typeName, FieldSchema.line(lines)) }

    private var typeName: String { plan.catalog.schemaName(plan.record) + APIWords.typeName(lines.lines.one) }

    /// The endpoints of these lines, below the module's id.
    var endpoints: [EndpointRoute] {
        let record = APIWords(plan.record)
        let words = APIWords(lines.lines)
        let collection = "\(plan.oneApiPath)/\(lines.apiPath)"
        let read = plan.record.permissions.read
        let screen = "On screen: « \(lines.lines.words.title) ». The tag is that of the \(record.singular)."
        let entity = schema
        var routes = [
            EndpointRoute(
                .get, collection, permission: read, summary: "List \(words.plural) of \(record.one)", explanation: screen,
                responseSchema: JSONSchema.named("\(typeName)List", JSONSchema.whole(entity)), contract: one("list"), handle: list),
            EndpointRoute(
                .get, "\(collection)/:line", permission: read, summary: "Read \(words.one) of \(record.one)", explanation: screen,
                responseSchema: entity, contract: one("read"), handle: item),
        ]
        guard let permission = lines.lines.write else { return routes }
        if lines.lines.checklist == nil { routes += comingAndGoing(permission, collection, words, record, screen) }
        if lines.mayChange {
            routes.append(
                EndpointRoute(
                    .patch, "\(collection)/:line", permission: permission, summary: "Change \(words.one) of \(record.one)",
                    explanation: "Only the members sent change (RFC 7396); null empties one.",
                    requestSchema: JSONSchema.named(
                        "\(typeName)Patch", FieldSchema.body(lines.row.writable(creating: false), demanding: false)),
                    responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("change"), parameters: [.ifMatch(required: true), .idempotencyKey],
                        bodyTypes: ["application/json", "application/merge-patch+json"], responseHeaders: [Self.tag],
                        otherStatuses: [409, 412, 422, 428]),
                    handle: change))
        }
        if lines.lines.order.column != nil {
            routes.append(
                EndpointRoute(
                    .post, "\(collection)/:line/move", permission: permission, summary: "Move \(words.one) of \(record.one)",
                    explanation: "The others keep their order.", requestSchema: FieldSchema.body([Self.place], demanding: true),
                    responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("move"), parameters: [.ifMatch(required: false), .idempotencyKey],
                        responseHeaders: [Self.tag], otherStatuses: [409, 412, 422]),
                    handle: move))
        }
        return routes
    }

    /// Adding and removing, where lines come and go.
    private func comingAndGoing(
        _ permission: String, _ collection: String, _ words: APIWords, _ record: APIWords, _ screen: String
    ) -> [EndpointRoute] {
        [
            EndpointRoute(
                .post, collection, permission: permission, summary: "Add \(words.one) to \(record.one)", explanation: screen,
                requestSchema: JSONSchema.named(
                    "\(typeName)Create", FieldSchema.body(lines.row.writable(creating: true), demanding: true)),
                responseSchema: schema,
                contract: EndpointContract(
                    operationID: operation("add"), parameters: [.ifMatch(required: false), .idempotencyKey], success: 201,
                    responseHeaders: [Self.tag, ("Location", "Address of the new line.")], otherStatuses: [409, 412, 422]),
                handle: add),
            EndpointRoute(
                .delete, "\(collection)/:line", permission: permission, summary: "Remove \(words.one) of \(record.one)",
                explanation: "What it held stays in the history of the \(record.singular).", responseSchema: .null,
                contract: EndpointContract(
                    operationID: operation("remove"), parameters: [.ifMatch(required: true), .idempotencyKey], success: 204,
                    responseHeaders: [Self.tag], otherStatuses: [409, 412, 422, 428]),
                handle: remove),
        ]
    }

    private func one(_ verb: String) -> EndpointContract {
        EndpointContract(
            operationID: operation(verb), parameters: [.ifNoneMatch], responseHeaders: [Self.tag], otherStatuses: [304])
    }

    private func operation(_ verb: String) -> String { "\(plan.record.id).\(lines.lines.name).\(verb)" }

    private static let tag = (name: "ETag", summary: "Strong tag of the record's revision, for If-Match.")
}

extension APIWords {
    /// « step », « steps ».
    init(_ lines: Lines) {
        singular = Self.words(Substring(lines.one), separator: "_")
        plural = Self.words(Substring(lines.name), separator: "_")
    }
}
