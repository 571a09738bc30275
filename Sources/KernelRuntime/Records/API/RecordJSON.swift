import Kernel

/// Writes rows as JSON straight from the bytes of their cells: no value, no text is made in between.
struct RecordJSON: Sendable {
    /// How a cell becomes JSON.
    enum Shape: Sendable { case text, plain, number, flag, money, instant, codes }

    private struct Member: Sendable {
        let key: [UInt8]
        let cell: Int
        let shape: Shape
    }

    private let members: [Member]
    /// Lists of lines that an object alone has, in the order of their results.
    private let nested: [(key: [UInt8], lines: LinesJSON)]

    init(_ plan: RecordPlan) {
        self.init(plan.record, times: [("created_at", 2), ("updated_at", 3), ("archived_at", 4)], nested: plan.shownLines)
    }

    /// Of lines: a line that is removed is no longer one.
    init(lines: LinesPlan) { self.init(lines.row.record, times: [("created_at", 2), ("updated_at", 3)], nested: []) }

    private init(_ record: RecordType, times: [(String, Int)], nested: [LinesPlan]) {
        var members = [
            Member(key: JSONWriter.prepared("id"), cell: 0, shape: .plain),
            Member(key: JSONWriter.prepared("revision"), cell: 1, shape: .number),
        ]
        for (index, field) in record.fields.enumerated() where !field.isDerived {
            members.append(Member(key: JSONWriter.prepared(field.name), cell: RecordSQL.head + index, shape: Shape(field.kind)))
        }
        for (name, cell) in times {
            members.append(Member(key: JSONWriter.prepared(name), cell: cell, shape: .instant))
        }
        self.members = members
        self.nested = nested.map { (JSONWriter.prepared($0.lines.name), LinesJSON($0)) }
    }

    /// One record as an object, an element of a list.
    func write(_ row: Row, _ out: JSONWriter) { out.object { fields(row, out) } }

    /// One record with its lines, one result for each list.
    func write(_ row: Row, lines: [ResultSet], _ out: JSONWriter) throws {
        let id: Identifier = try row[0]
        try out.object {
            fields(row, out)
            for (list, rows) in zip(nested, lines) {
                out.key(prepared: list.key)
                try list.lines.write(rows, of: id, out)
            }
        }
    }

    private func fields(_ row: Row, _ out: JSONWriter) {
        for member in members {
            out.key(prepared: member.key)
            row.withBytes(member.cell) { bytes in
                if let bytes {
                    Self.write(bytes, member.shape, out)
                } else if member.shape == .codes {
                    out.array {}
                } else {
                    out.null()
                }
            }
        }
    }

    private static func write(_ bytes: UnsafeBufferPointer<UInt8>, _ shape: Shape, _ out: JSONWriter) {
        switch shape {
        case .text: out.string(utf8: bytes)
        case .plain: out.plain(bytes)
        case .number: out.raw(bytes)
        case .flag: out.bool(bytes.first == UInt8(ascii: "t"))
        case .money: money(bytes, out)
        case .instant: instant(bytes, out)
        case .codes:
            let codes = (try? [String].decode(bytes)) ?? []
            out.array { for code in codes { out.string(code) } }
        }
    }

    /// `2026-11-21 18:30:00.5+00` as `2026-11-21T18:30:00.5Z`: sessions work in UTC. Anything else goes through the decoder.
    private static func instant(_ bytes: UnsafeBufferPointer<UInt8>, _ out: JSONWriter) {
        let length = bytes.count - 3
        guard length >= 19, length <= 26, bytes[10] == UInt8(ascii: " "), bytes[length] == UInt8(ascii: "+"), bytes[length + 1] == 48,
            bytes[length + 2] == 48
        else {
            if let instant = try? Instant.decode(bytes) { out.string(instant.iso8601) } else { out.null() }
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            for index in 0..<length { buffer[index] = bytes[index] }
            buffer[10] = UInt8(ascii: "T")
            buffer[length] = UInt8(ascii: "Z")
            out.plain(UnsafeBufferPointer(rebasing: buffer[0...length]))
        }
    }

    /// Cents as `{"amount":"11987.50","currency":"EUR"}`.
    private static func money(_ bytes: UnsafeBufferPointer<UInt8>, _ out: JSONWriter) {
        let negative = bytes.first == UInt8(ascii: "-")
        let digits = UnsafeBufferPointer(rebasing: bytes[(negative ? 1 : 0)...])
        guard digits.count <= 24 else { return out.null() }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            var length = 0
            func put(_ byte: UInt8) {
                buffer[length] = byte
                length += 1
            }
            if negative { put(UInt8(ascii: "-")) }
            let padded = max(digits.count, 3)
            for index in 0..<padded {
                if index == padded - 2 { put(UInt8(ascii: ".")) }
                let place = index - (padded - digits.count)
                put(place < 0 ? UInt8(ascii: "0") : digits[place])
            }
            let amount = UnsafeBufferPointer(rebasing: buffer[0..<length])
            out.object {
                out.key("amount")
                out.plain(amount)
                out.member("currency", "EUR")
            }
        }
    }
}

extension RecordJSON.Shape {
    init(_ kind: FieldKind) {
        self =
            switch kind {
            case .text, .longText, .email, .phone, .url, .choice, .rpps, .finess: .text
            case .integer, .minutes: .number
            case .decimal, .date, .reference: .plain
            case .money: .money
            case .boolean: .flag
            case .instant: .instant
            case .choices, .references: .codes
            }
    }
}
