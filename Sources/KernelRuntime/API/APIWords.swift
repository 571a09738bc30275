import Kernel

/// English words of the reference, from the identifiers of the declarations: these are the field's standard terms already.
struct APIWords: Sendable {
    /// « ACI year ».
    let singular: String
    /// « ACI years ».
    let plural: String

    private static let acronyms: Set<String> = ["aci", "rcp", "api", "msp", "iban", "csv", "pdf", "sms", "ars"]

    init(_ record: RecordType) {
        singular = Self.words(record.id.split(separator: ".").last ?? "", separator: "_")
        plural = Self.words(Substring(record.apiPath), separator: "-")
    }

    /// « an ACI year ».
    var one: String {
        let first = singular.prefix { $0 != " " }
        // An acronym is spelled out: « an RCP case ».
        let vowels = first == first.uppercased() ? "AEFHILMNORSX" : "aeio"
        return "\(vowels.contains(singular.first ?? "-") ? "an" : "a") \(singular)"
    }

    /// « Submit an ACI year », « Lock sheet: meeting ».
    func act(_ action: String) -> String {
        let words = Self.words(Substring(action), separator: "_")
        let capital = words.firstCapital
        return words.contains(" ") ? "\(capital): \(singular)" : "\(capital) \(one)"
    }

    static func words(_ identifier: Substring, separator: Character) -> String {
        identifier.split(separator: separator).map { part in
            let stem = part.hasSuffix("s") ? part.dropLast() : part
            if acronyms.contains(String(part)) { return part.uppercased() }
            return acronyms.contains(String(stem)) ? stem.uppercased() + "s" : String(part)
        }.joined(separator: " ")
    }

    /// `AciYear` of `aci_year`, `core.members.get` or `/me`.
    static func typeName(_ identifier: String) -> String {
        identifier.split { !$0.isLetter && !$0.isNumber }.map { String($0).firstCapital }.joined()
    }
}

extension RecordCatalog {
    /// Name of a record's schema, the same in every release: its noun, with the module's name in front where two modules share it.
    func schemaName(_ record: RecordType) -> String {
        let noun = record.id.split(separator: ".").last.map(String.init) ?? record.id
        let isShared = entries.contains { $0.record.id != record.id && $0.record.id.hasSuffix(".\(noun)") }
        return APIWords.typeName(isShared ? record.id : noun)
    }
}
