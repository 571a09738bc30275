import HTTPTypes
import Hummingbird
import Kernel
import NIOCore

/// Turns bytes from the socket into a `WebRequest`, or refuses them with a clear sentence.
struct RequestReader: Sendable {
    let maximumBody: Int
    let publicURL: String

    private static let keptHeaders: [HTTPField.Name] = [.ifMatch, .ifNoneMatch, .accept, .contentType]
    private static let idempotencyKey = HTTPField.Name("Idempotency-Key")
    /// A second host header: the first one became the authority.
    private static let host = HTTPField.Name("Host") ?? .accept
    private static let requestedWith = HTTPField.Name("X-Requested-With")

    /// What is known before the body is read.
    func head(
        _ request: Request, method: Method, parameters: [String: String], requestID: String, client: String
    ) throws -> WebRequest {
        try Self.checkHost(request)
        let queryText = request.uri.query ?? ""
        var headers: [String: String] = [:]
        for name in Self.keptHeaders { if let value = request.headers[name] { headers[name.canonicalName] = value } }
        if let name = Self.idempotencyKey, let value = request.headers[name] { headers["idempotency-key"] = value }
        return WebRequest(
            method: method, path: request.uri.path, queryText: queryText, query: try Self.pairs(Array(queryText.utf8)),
            parameters: parameters, headers: headers,
            isEnhanced: Self.requestedWith.flatMap { request.headers[$0] } == "fetch", now: .now, requestID: requestID,
            publicURL: publicURL,
            clientAddress: client)
    }

    /// The request with its form or document.
    func read(_ head: WebRequest, _ request: Request, isAPI: Bool) async throws -> WebRequest {
        guard head.method != .get else { return head }
        return try understand(head, body: try await body(of: request), isAPI: isAPI)
    }

    /// What the bytes say. A long document takes milliseconds of a core.
    func understand(_ head: WebRequest, body bytes: [UInt8], isAPI: Bool) throws -> WebRequest {
        guard !bytes.isEmpty else { return head }
        let type = head.headers[HTTPField.Name.contentType.canonicalName]
        return isAPI
            ? head.carrying(json: try document(bytes, type: type), body: bytes)
            : head.carrying(form: try form(bytes, type: type), body: bytes)
    }

    func body(of request: Request) async throws -> [UInt8] {
        let tooLarge = Refusal(
            status: 413, code: "too_large", message: "L’envoi est trop volumineux (\(maximumBody / 1024) ko au plus).")
        if let length = Self.length(of: request), length > maximumBody { throw tooLarge }
        var bytes: [UInt8] = []
        try await Self.pieces(of: request) { chunk in
            guard bytes.count + chunk.readableBytes <= maximumBody else { throw tooLarge }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return bytes
    }

    /// Hands over the body piece by piece. What breaks off or cannot be understood on the way is the sender's fault, never ours.
    static func pieces(of request: Request, _ take: (ByteBuffer) throws -> Void) async throws {
        var pieces = request.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do {
                piece = try await pieces.next()
            } catch {
                throw Refusal.malformed("malformed_body", "Le corps de la demande est mal formé ou incomplet.")
            }
            guard let piece else { return }
            try take(piece)
        }
    }

    /// Exactly one host (RFC 9112, 3.2): with none or two, a proxy and this server may not speak of the same request.
    private static func checkHost(_ request: Request) throws {
        guard request.head.authority?.isEmpty == false, request.headers[values: host].isEmpty else {
            throw Refusal.malformed("host", "La demande doit nommer un hôte, et un seul.")
        }
    }

    /// What the sender says of the body's size; nil for a body in chunks.
    static func length(of request: Request) -> Int? { request.headers[.contentLength].flatMap { Int($0) } }

    private func document(_ bytes: [UInt8], type: String?) throws -> JSONValue {
        let media = Self.media(type)
        guard media == "application/json" || media == "application/merge-patch+json" else {
            throw Refusal(
                status: 415, code: "unsupported_media_type", message: "Envoyez un document JSON (Content-Type: application/json).")
        }
        return try JSONValue.parse(bytes)
    }

    func form(_ bytes: [UInt8], type: String?) throws -> FormValues {
        guard Self.media(type) == "application/x-www-form-urlencoded" else {
            throw Refusal(status: 415, code: "unsupported_media_type", message: "Ce formulaire n’accepte pas ce type d’envoi.")
        }
        return try Self.pairs(bytes)
    }

    static func media(_ type: String?) -> String {
        (type ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    }

    /// `name=value&…` with `+` and percent escapes; invalid UTF-8 and NUL are refused.
    static func pairs(_ bytes: [UInt8]) throws -> FormValues {
        guard !bytes.isEmpty else { return FormValues() }
        var pairs: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let cut = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let value = cut < part.endIndex ? part[(cut + 1)...] : []
            pairs.append((try decode(part[..<cut]), try decode(value)))
        }
        guard pairs.count <= 2_000 else { throw Refusal.malformed("too_many_fields", "L’envoi contient trop de champs.") }
        return FormValues(pairs)
    }

    static func decode(_ bytes: ArraySlice<UInt8>) throws -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "+") {
                out.append(0x20)
            } else if byte == UInt8(ascii: "%"), index + 2 < bytes.endIndex,
                let high = nibble(bytes[index + 1]), let low = nibble(bytes[index + 2])
            {
                out.append(high << 4 | low)
                index += 2
            } else {
                out.append(byte)
            }
            index += 1
        }
        guard !out.contains(0), let text = String(validating: out, as: UTF8.self) else {
            throw Refusal.malformed("invalid_utf8", "Le texte envoyé n’est pas de l’UTF-8 valide.")
        }
        return text
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
