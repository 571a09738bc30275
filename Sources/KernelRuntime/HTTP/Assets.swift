import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import KernelUI
import NIOCore

/// The few files that pages need, read once at start, addressed by digest and cached for a year.
struct Assets: Sendable {
    private struct File: Sendable {
        let body: ByteBuffer
        let type: String
        let etag: String
    }

    private let files: [String: File]
    let paths: AssetPaths

    /// Reads the files; throws when one is missing because a server without its style must not start.
    init() throws {
        let types = ["css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"]
        var files: [String: File] = [:]
        for (name, bytes) in try AssetFiles.all() {
            guard let type = types[String(name.split(separator: ".").last ?? "")] else { continue }
            files[name] = File(body: ByteBuffer(bytes: bytes), type: type, etag: "\"\(Digest.hex(Digest.sha256(bytes)).prefix(16))\"")
        }
        self.files = files
        func path(_ name: String) -> String { "/assets/\(name)?v=\((files[name]?.etag ?? "").filter { $0 != "\"" })" }
        paths = AssetPaths(
            style: path("collectif.css"), screens: path("screens.css"), print: path("print.css"), script: path("collectif.js"),
            forms: path("forms.js"),
            scheme: path("scheme.js"),
            icon: path("icon.svg"))
    }

    func response(_ name: String, ifNoneMatch: String?) -> Response? {
        guard let file = files[name] else { return nil }
        let headers: HTTPFields = [
            .contentType: file.type, .eTag: file.etag, .cacheControl: "public, max-age=31536000, immutable",
        ]
        if ifNoneMatch == file.etag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.body))
    }
}
