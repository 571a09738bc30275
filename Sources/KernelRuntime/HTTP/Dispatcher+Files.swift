import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore

/// Large bodies in and out. Neither is ever in memory while the other side is slow.
extension Dispatcher {
    /// Takes a request to a route that declares an upload.
    ///
    /// What any form could be is read as any form. A larger body is read only for somebody who may come in, and onto the disk; the
    /// refusal of one that is too large is sent at once, and what still arrives is dropped.
    func receive(_ request: Request, _ head: WebRequest, rule: UploadRule, entry: RouteEntry) async throws -> Response {
        let fields = request.headers
        let isLarge = RequestReader.length(of: request).map { $0 > settings.maximumBody } ?? (fields[.transferEncoding] != nil)
        if isLarge || entry.isAPI, let permission = entry.permission {
            let door = try await mspRequest(head, fields: fields, permission: permission, isAPI: entry.isAPI, isWhole: false)
            _ = try await door.request.read()
        }
        guard isLarge else {
            let web = try filled(head, try await reader.body(of: request), rule: rule, isAPI: entry.isAPI)
            return try await handle(web, fields: fields, entry: entry)
        }
        // By link, everybody who holds it is one caller.
        let caller = credential(fields).map { gates.payer($0.digest) } ?? Digest.sha256(Array((head.parameters["token"] ?? "").utf8))
        return try await uploads.run(caller) {
            try await spool(request, limit: rule.maximumTotal + (entry.isAPI ? 0 : settings.maximumBody), rule)
        } work: { spool in
            try await handle(try filled(head, try spool.bytes(), rule: rule, isAPI: entry.isAPI), fields: fields, entry: entry)
        }
    }

    private func spool(_ request: Request, limit: Int, _ rule: UploadRule) async throws -> UploadSpool {
        if let length = RequestReader.length(of: request), length > limit { throw rule.refusal }
        let spool = try UploadSpool()
        try await RequestReader.pieces(of: request) { chunk in
            guard spool.size + chunk.readableBytes <= limit else { throw rule.refusal }
            try spool.append(chunk)
        }
        return spool
    }

    /// The request with its fields and files.
    private func filled(_ head: WebRequest, _ body: [UInt8], rule: UploadRule, isAPI: Bool) throws -> WebRequest {
        guard !body.isEmpty else { return head }
        let type = head.headers["content-type"]
        if isAPI {
            guard body.count <= rule.maximumBytes else { throw rule.refusal }
            let media = RequestReader.media(type)
            let file = UploadedFile(field: "", name: "", mediaType: media.isEmpty ? "application/octet-stream" : media, bytes: body)
            return head.carrying(files: [file], body: body)
        }
        guard RequestReader.media(type) == "multipart/form-data" else {
            return head.carrying(form: try reader.form(body, type: type), body: body)
        }
        let (form, files) = try Multipart(contentType: type ?? "", rule: rule, mostText: settings.maximumBody).read(body)
        return head.carrying(form: form, files: files, body: body)
    }

    /// Sends a file piece by piece, each when the other side has taken the one before.
    func download(_ download: Download) -> Response {
        let isShown = download.isInline && download.mediaType == "application/pdf"
        let headers: HTTPFields = [
            .contentType: download.mediaType, .contentDisposition: Attachment.header(download.name, isShown: isShown),
        ]
        let logger = logger
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(contentLength: download.size) { writer in
                let pieces = PieceWriter(writer)
                do {
                    try await download.pieces { try await pieces.send($0) }
                } catch {
                    // The answer has begun: only its end can say that it is not whole.
                    logger.warning("a download broke off", metadata: ["error": "\(type(of: error))"])
                    throw error
                }
                try await pieces.finish()
            })
    }
}

/// Where the pieces of one download go; one caller at a time.
private final class PieceWriter: @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    /// In parts: what the network has not taken yet is kept once more by the server.
    func send(_ bytes: [UInt8]) async throws {
        for start in stride(from: 0, to: bytes.count, by: Self.part) {
            try await writer.write(ByteBuffer(bytes: bytes[start..<min(start + Self.part, bytes.count)]))
        }
    }

    private static let part = 262_144

    func finish() async throws { try await writer.finish(nil) }
}

extension WebRequest {
    /// The same request with its body. Time goes on while a body arrives.
    func carrying(form: FormValues = FormValues(), files: [UploadedFile] = [], json: JSONValue? = nil, body: [UInt8]) -> WebRequest {
        WebRequest(
            method: method, path: path, queryText: queryText, query: query, form: form, files: files, json: json,
            bodyDigest: Digest.sha256(body), parameters: parameters, headers: headers, isEnhanced: isEnhanced,
            now: .now, requestID: requestID, publicURL: publicURL, clientAddress: clientAddress)
    }
}
