/// A strict reader of RFC 8259 documents: exact numbers, no repeated member, bounded depth.
///
/// It reads bytes that stay where they are: the checks of an array, at each of them, would cost more than the reading.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    private static let maximumDepth = 32
    /// Members up to which comparing names one by one costs less than a set of them.
    private static let fewMembers = 32

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    static func document(_ bytes: [UInt8]) throws -> JSONValue {
        try bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer)
            return try parser.document()
        }
    }

    private mutating func document() throws -> JSONValue {
        guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else {
            throw Refusal.malformed("invalid_utf8", "Le texte envoyé n’est pas de l’UTF-8 valide.")
        }
        let value = try self.value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw syntax() }
        return value
    }

    private func syntax() -> Refusal {
        Refusal.malformed("malformed_json", "Le document JSON est mal formé (octet \(at)).")
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    private mutating func expect(_ literal: StaticString, _ value: JSONValue) throws -> JSONValue {
        let matches = literal.withUTF8Buffer { buffer in
            at + buffer.count <= bytes.count && zip(buffer, bytes[at..<(at + buffer.count)]).allSatisfy { $0 == $1 }
        }
        guard matches else { throw syntax() }
        at += literal.utf8CodeUnitCount
        return value
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        guard depth <= Self.maximumDepth else {
            throw Refusal.malformed("too_deep", "Le document JSON est trop imbriqué (\(Self.maximumDepth) niveaux au plus).")
        }
        skipSpace()
        guard at < bytes.count else { throw syntax() }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try expect("true", .bool(true))
        case UInt8(ascii: "f"): return try expect("false", .bool(false))
        case UInt8(ascii: "n"): return try expect("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        at += 1
        var members: [(String, JSONValue)] = []
        members.reserveCapacity(4)
        // Filled when there are many members.
        var names: Set<String> = []
        skipSpace()
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") {
            at += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw syntax() }
            let name = try string()
            let isRepeated: Bool
            if members.count < Self.fewMembers {
                isRepeated = members.contains { $0.0 == name }
            } else {
                if names.isEmpty { names = Set(members.map(\.0)) }
                isRepeated = !names.insert(name).inserted
            }
            guard !isRepeated else {
                throw Refusal.malformed("repeated_member", "Le champ « \(name.prefix(60)) » figure deux fois dans le document JSON.")
            }
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw syntax() }
            at += 1
            members.append((name, try value(depth: depth + 1)))
            skipSpace()
            guard at < bytes.count else { throw syntax() }
            if bytes[at] == UInt8(ascii: "}") {
                at += 1
                return .object(members)
            }
            guard bytes[at] == UInt8(ascii: ",") else { throw syntax() }
            at += 1
        }
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        at += 1
        var elements: [JSONValue] = []
        skipSpace()
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
            at += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            guard at < bytes.count else { throw syntax() }
            if bytes[at] == UInt8(ascii: "]") {
                at += 1
                return .array(elements)
            }
            guard bytes[at] == UInt8(ascii: ",") else { throw syntax() }
            at += 1
        }
    }

    private mutating func number() throws -> JSONValue {
        let start = at
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        let whole = try digits()
        guard whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else { throw syntax() }
        var isInteger = true
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            isInteger = false
            at += 1
            _ = try digits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            throw Refusal.malformed("exponent", "Les nombres avec exposant ne sont pas acceptés.")
        }
        if isInteger, let int = integer(whole, isNegative: bytes[start] == UInt8(ascii: "-")) { return .integer(int) }
        guard at - start <= 30, let decimal = ExactDecimal(text(start..<at)) else {
            throw Refusal.malformed("number_too_long", "Un nombre du document JSON est trop long.")
        }
        return .decimal(decimal)
    }

    /// Nil when 64 bits do not hold it.
    private func integer(_ digits: Range<Int>, isNegative: Bool) -> Int? {
        var number = 0
        for index in digits {
            let digit = Int(bytes[index] - UInt8(ascii: "0"))
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(isNegative ? -digit : digit)
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) }

    private mutating func digits() throws -> Range<Int> {
        let start = at
        while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
        guard at > start else { throw syntax() }
        return start..<at
    }

    private mutating func string() throws -> String {
        at += 1
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return text(start..<(at - 1))
            }
            if byte == UInt8(ascii: "\\") { return try escaped(from: start) }
            guard byte >= 0x20 else { throw syntax() }
            at += 1
        }
        throw syntax()
    }

    /// The rest of a string that began at `start`, from its first escape on.
    private mutating func escaped(from start: Int) throws -> String {
        var out = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: out, as: UTF8.self) }
            guard byte >= 0x20 else { throw syntax() }
            if byte == UInt8(ascii: "\\") { try escape(into: &out) } else { out.append(byte) }
        }
        throw syntax()
    }

    private mutating func escape(into out: inout [UInt8]) throws {
        guard at < bytes.count else { throw syntax() }
        let kind = bytes[at]
        at += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(kind)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code >= 0xD800, code < 0xDC00 {
                guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { throw syntax() }
                at += 2
                let low = try hexadecimal()
                guard low >= 0xDC00, low < 0xE000 else { throw syntax() }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard code != 0, let scalar = Unicode.Scalar(code) else { throw syntax() }
            out.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw syntax()
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard at + 4 <= bytes.count else { throw syntax() }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else { throw syntax() }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }
}
