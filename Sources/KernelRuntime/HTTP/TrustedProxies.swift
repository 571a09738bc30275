import Foundation
public import Kernel

/// Which callers are proxies of the operator's own, whose header says where a request really came from.
///
/// Of `X-Forwarded-For` the right-most address that is no trusted proxy counts: everything to its left was written by strangers.
public struct TrustedProxies: Sendable, Equatable {
    private struct Network: Equatable {
        let bytes: [UInt8]
        let bits: Int

        func holds(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            let whole = bits / 8
            guard address[..<whole] == bytes[..<whole] else { return false }
            let rest = bits % 8
            return rest == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
        }
    }

    private let networks: [Network]

    /// Nobody is trusted: the caller is who opened the connection.
    public init() { networks = [] }

    /// Addresses and networks, separated by commas: `127.0.0.1, 10.0.0.0/8, ::1`.
    public init(_ text: String) throws(ModuleSetupError) {
        var networks: [Network] = []
        for part in text.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) where !part.isEmpty {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let bytes = Self.bytes(String(pieces[0])),
                let bits = pieces.count == 1 ? bytes.count * 8 : Int(pieces[1]), (0...(bytes.count * 8)).contains(bits)
            else { throw ModuleSetupError(["COLLECTIF_TRUSTED_PROXIES: “\(part)” is neither an address nor a network."]) }
            networks.append(Network(bytes: bytes, bits: bits))
        }
        self.networks = networks
    }

    /// The address that a request came from.
    /// - Parameters:
    ///   - peer: who opened the connection.
    ///   - forwarded: values of `X-Forwarded-For`, in the order received.
    public func client(peer: String, forwarded: [String]) -> String {
        let caller = Self.canonical(peer) ?? ""
        guard isTrusted(caller) else { return caller }
        for text in forwarded.flatMap({ $0.split(separator: ",").suffix(64) }).suffix(64).reversed() {
            // What cannot be read was written by somebody who is not trusted: the last one who is answers for it.
            guard let address = Self.canonical(text.trimmingCharacters(in: .whitespaces)) else { return caller }
            if !isTrusted(address) { return address }
        }
        return caller
    }

    /// True for this machine itself.
    public static func isLoopback(_ address: String) -> Bool { address == "::1" || address.hasPrefix("127.") }

    private func isTrusted(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(address) else { return false }
        return networks.contains { $0.holds(bytes) }
    }

    /// One way of writing an address: small letters, no zone, no port, IPv4 inside IPv6 as IPv4.
    static func canonical(_ text: String) -> String? {
        guard let bytes = bytes(text) else { return nil }
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        var source = in6_addr()
        withUnsafeMutableBytes(of: &source) { $0.copyBytes(from: bytes) }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &source, &buffer, socklen_t(INET6_ADDRSTRLEN)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// What an address is counted under: itself, or the /64 of an IPv6 network, which one subscriber holds whole.
    static func block(_ address: String) -> String {
        guard let bytes = bytes(address), bytes.count == 16 else { return address }
        return Digest.hex(Array(bytes[..<8]))
    }

    /// The four or sixteen bytes of an address.
    private static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 60 else { return nil }
        var plain = text
        if plain.hasPrefix("["), let end = plain.firstIndex(of: "]") {
            plain = String(plain[plain.index(after: plain.startIndex)..<end])
        } else if plain.filter({ $0 == ":" }).count == 1 {
            plain = String(plain.prefix { $0 != ":" })
        }
        plain = String(plain.prefix { $0 != "%" })
        var four = in_addr()
        if inet_pton(AF_INET, plain, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, plain, &sixteen) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes[12...]) : bytes
    }
}
