import Kernel

/// The query string of a list written by hand: known parameters, each once; what is not understood is refused, never ignored.
struct ListParameters {
    static let limits = RecordSliceQuery.limits

    private let query: FormValues
    private var faults: [FieldFault] = []

    /// - Parameter known: names that the list understands.
    init(_ web: WebRequest, known: Set<String>) {
        query = web.query
        for name in web.query.pairs.map(\.name).filter({ !known.contains($0) }) {
            faults.append(FieldFault(String(name.prefix(60)), "Cette adresse n’accepte pas le paramètre «\u{A0}\(name.prefix(60))\u{A0}»."))
        }
    }

    /// The value of one parameter; `what` says in French what is expected when `read` gives nothing.
    mutating func value<Value>(_ name: String, _ what: String, _ read: (String) -> Value?) -> Value? {
        guard let text = RecordListQuery.single(name, query, &faults) else { return nil }
        guard let value = read(text) else {
            faults.append(FieldFault(name, "Le paramètre «\u{A0}\(name)\u{A0}» attend \(what)."))
            return nil
        }
        return value
    }

    mutating func limit() -> Int {
        value("limit", "un nombre de 1 à 200") { Int($0).flatMap { Self.limits.contains($0) ? $0 : nil } } ?? RecordSliceQuery.defaultLimit
    }

    mutating func flag(_ name: String) -> Bool { value(name, "true ou false") { ["true": true, "false": false][$0] } ?? false }

    mutating func id(_ name: String) -> Identifier? { value(name, "un identifiant") { Identifier($0) } }

    mutating func date(_ name: String) -> CivilDate? { value(name, "une date, par exemple 2026-11-21") { CivilDate($0) } }

    mutating func year(_ name: String) -> Int? { value(name, "une année, par exemple 2026", LedgerYear.read) }

    /// Where the slice before ended, as `read` understands it.
    mutating func cursor<Place>(_ list: String, _ read: ([String]) -> Place?) -> Place? {
        value("cursor", "le curseur d’une page précédente de la même liste") { text in
            SliceCursor(text, of: list).flatMap { read($0.parts) }
        }
    }

    /// Throws one refusal for all faults.
    func check() throws {
        guard faults.isEmpty else { throw RecordListQuery.refusal(faults) }
    }
}

/// Where a slice ended: the name of the list and the values of the last row that order it. Opaque to programs, checked when it comes back.
struct SliceCursor {
    let parts: [String]
    private let list: String

    init(_ parts: [String], of list: String) {
        self.parts = parts
        self.list = list
    }

    /// Nil for a text that was not made for this list.
    init?(_ encoded: String, of list: String) {
        guard encoded.utf8.count <= 2000, let bytes = RecordCursor.decode(encoded), let value = try? JSONValue.parse(bytes),
            let texts = value.arrayValue?.compactMap(\.stringValue), texts.count == value.arrayValue?.count, texts.first == list,
            !texts.contains(where: { $0.utf8.contains(0) })
        else { return nil }
        self.init(Array(texts.dropFirst()), of: list)
    }

    var encoded: String { Digest.base64URL(Array(JSONValue.texts([list] + parts).text.utf8)) }
}

/// One slice as it is answered: `data`, `next_cursor` and the Link header.
struct Slice {
    /// - Parameters:
    ///   - rows: one more than the limit when there is a next slice.
    ///   - place: what orders a row.
    static func answer<Row>(
        _ rows: [Row], limit: Int, of list: String, web: WebRequest, place: (Row) -> [String], json: (Row) -> JSONValue
    ) -> APIResponse {
        let shown = rows.prefix(limit)
        let next = rows.count > limit ? shown.last.map { SliceCursor(place($0), of: list).encoded } : nil
        let headers = next.map { [(name: "Link", value: "<\(address(web, cursor: $0))>; rel=\"next\"")] } ?? []
        return APIResponse.json(headers: headers) { writer in
            writer.object {
                writer.member("data", .array(shown.map(json)))
                writer.member("next_cursor", next)
            }
        }
    }

    /// The same request from the next row on.
    static func address(_ web: WebRequest, cursor: String) -> String {
        let pairs = web.query.pairs.filter { $0.name != "cursor" } + [(name: "cursor", value: cursor)]
        return web.publicURL + web.path + "?" + QueryText.encoded(pairs)
    }
}

/// Years that a ledger may hold.
enum LedgerYear {
    static func read(_ text: String) -> Int? { Int(text).flatMap { (2_000...2_200).contains($0) ? $0 : nil } }
}
