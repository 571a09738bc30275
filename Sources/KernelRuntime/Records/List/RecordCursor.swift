import Kernel

/// Where a slice of a list ended: the sort value and the id of its last row. Opaque to programs, checked when it comes
/// back: it holds nothing that they did not just read.
struct RecordCursor: Sendable, Equatable {
    let order: RecordOrder
    /// Sort value as a parameter, nil for null.
    let key: Parameter?
    let id: Identifier
    private let text: String?

    /// After a row whose sort cell reads `text`.
    init(order: RecordOrder, text: String?, id: Identifier) {
        self.order = order
        self.text = text
        self.id = id
        key = text.map { .text($0) }
    }

    /// Reads a cursor made for the same order; nil for anything else.
    init?(_ encoded: String, order: RecordOrder, _ plan: RecordPlan) {
        guard encoded.utf8.count <= 2000, let bytes = Self.decode(encoded), let value = try? JSONValue.parse(bytes),
            let parts = value.arrayValue, parts.count == 3, parts[0].stringValue == order.parameter,
            let id = parts[2].stringValue.flatMap({ Identifier($0) }), let field = plan.record.field(order.field)
        else { return nil }
        switch parts[1] {
        case .null: self.init(order: order, text: nil, id: id)
        case .string(let text):
            guard Self.isValue(text, of: field.kind) else { return nil }
            self.init(order: order, text: text, id: id)
        default: return nil
        }
    }

    /// Opaque URL-safe text.
    var encoded: String {
        let value = JSONValue.array([.string(order.parameter), text.map { .string($0) } ?? .null, .string(id.description)])
        return Digest.base64URL(Array(value.text.utf8))
    }

    /// Whether a text can be cast to the sort value's type: a forged cursor never reaches the database.
    private static func isValue(_ text: String, of kind: FieldKind) -> Bool {
        switch kind {
        case .integer, .minutes, .money: Int(text) != nil
        case .choice: Int32(text) != nil
        case .decimal: ExactDecimal(text) != nil
        case .boolean: text == "t" || text == "f"
        case .date: CivilDate(text) != nil
        case .instant: Instant(iso8601: text) != nil
        default: !text.utf8.contains(0)
        }
    }

    /// Base64 for URLs without padding (RFC 4648 section 5); nil for anything else.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for byte in text.utf8 {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - 65)
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - 71)
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte) + 4
            case UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "_"): value = 63
            default: return nil
            }
            word = word << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> bits))
                word &= (1 << bits) - 1
            }
        }
        // Left-over bits are zero in what we made.
        return bits < 6 && word == 0 ? bytes : nil
    }
}
