public import Kernel

/// The document cannot be used; every fault at once, each with its field. Nothing was computed, nothing changed.
public struct DocumentRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// Path of the field (`concertation.files`, `[2].patients`) and French sentence.
    public let faults: [FieldFault]

    init(_ faults: [FieldFault]) { self.faults = faults }

    /// One line per fault, for the command line.
    public var description: String {
        faults.map(Self.line).joined(separator: "\n")
    }

    /// One fault with the name of its field.
    static func line(_ fault: FieldFault) -> String { DocumentReading.join(fault.field, fault.message, " : ") }
}

/// Reads the parts of a JSON document and gathers all its faults instead of stopping at the first.
struct DocumentReading {
    private(set) var faults: [FieldFault] = []

    mutating func refuse(_ path: String, _ message: String) {
        faults.append(FieldFault(path, message))
    }

    /// Members of an object, by name. A missing or unknown member is a fault; nil when the value is not an object.
    mutating func object(_ value: JSONValue, _ path: String, _ required: [String], optional: [String] = []) -> DocumentObject? {
        guard case .object(let members) = value else {
            refuse(path, "Indiquez un objet JSON.")
            return nil
        }
        var found: [String: JSONValue] = [:]
        for (name, value) in members {
            if required.contains(name) || optional.contains(name) {
                found[name] = value
            } else {
                refuse(Self.join(path, name), "Ce champ est inconnu.")
            }
        }
        for name in required where found[name] == nil { refuse(Self.join(path, name), "Ce champ est obligatoire.") }
        return DocumentObject(path: path, members: found)
    }

    /// Elements with their paths; empty after a fault.
    mutating func elements(_ object: DocumentObject, _ name: String) -> [(value: JSONValue, path: String)] {
        guard let value = object.members[name] else { return [] }
        let path = object.path(name)
        guard let elements = value.arrayValue else {
            refuse(path, "Indiquez une liste.")
            return []
        }
        return elements.enumerated().map { ($0.element, "\(path)[\($0.offset)]") }
    }

    /// A text that is not empty.
    mutating func text(_ object: DocumentObject, _ name: String) -> String? {
        guard let value = object.members[name] else { return nil }
        guard let text = value.stringValue, !text.isEmpty else {
            refuse(object.path(name), "Indiquez un texte.")
            return nil
        }
        return text
    }

    /// A text that people read, set as French is.
    mutating func words(_ object: DocumentObject, _ name: String) -> String? { text(object, name).map { French.typeset($0) } }

    /// A whole number within bounds.
    mutating func whole(_ object: DocumentObject, _ name: String, _ bounds: ClosedRange<Int>) -> Int? {
        guard let value = object.members[name] else { return nil }
        guard let number = value.intValue, bounds.contains(number) else {
            refuse(object.path(name), "Indiquez un nombre entier de \(bounds.lowerBound) à \(bounds.upperBound).")
            return nil
        }
        return number
    }

    /// One word of a closed list.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ object: DocumentObject, _ name: String, _ type: Word.Type) -> Word?
    where Word.RawValue == String {
        guard let value = object.members[name] else { return nil }
        if let text = value.stringValue, let word = Word(rawValue: text) { return word }
        refuse(object.path(name), Self.expected(Word.allCases.map(\.rawValue)))
        return nil
    }

    /// « Indiquez « a », « b » ou « c ». »
    static func expected(_ words: [String]) -> String {
        "Valeurs possibles : \(French.list(words.map { "« \($0) »" }, word: "ou"))."
    }

    /// `a.b`, or `b` at the top.
    static func join(_ path: String, _ name: String, _ separator: String = ".") -> String {
        path.isEmpty ? name : name.isEmpty ? path : "\(path)\(separator)\(name)"
    }
}

/// The members of an object of the document, and where it stands.
struct DocumentObject {
    let path: String
    let members: [String: JSONValue]

    func path(_ name: String) -> String { DocumentReading.join(path, name) }
}
