import HTTPTypes
import Hummingbird
import Kernel

/// Lets every browser try the platform on its own machine. Some refuse a `Secure` cookie over plain http even on the loopback (Safari
/// does): there, and nowhere else, each cookie of ours has a twin without that mark. It is read only when the marked one is missing.
struct LoopbackCookies: RouterMiddleware {
    private static let mark = "__Host-"
    private static let twin = "loopback-"

    /// True for `http://` on the loopback, where no other machine can set a cookie for us.
    static func isWanted(_ publicURL: String) -> Bool {
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { publicURL == $0 || publicURL.hasPrefix($0 + ":") }
    }

    func handle(
        _ request: Request, context: EdgeContext, next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        var request = request
        // A browser that took one marked cookie takes them all.
        if Cookies.hasName(beginning: Self.twin, in: request.headers), !Cookies.hasName(beginning: Self.mark, in: request.headers) {
            var head = request.head
            head.headerFields[values: .cookie] = head.headerFields[values: .cookie].map(Self.read)
            request = Request(head: head, body: request.body)
        }
        var response = try await next(request, context)
        guard response.headers[.setCookie] != nil else { return response }
        for value in response.headers[values: .setCookie] where value.hasPrefix(Self.mark) {
            response.headers.append(HTTPField(name: .setCookie, value: Self.plain(value)))
        }
        return response
    }

    /// A request's cookies, with each twin under the name of the one that is missing.
    static func read(_ header: String) -> String {
        let pairs = header.split(separator: ";").map { $0.drop { $0 == " " } }
        let names = Set(pairs.map { $0.prefix { $0 != "=" } })
        return pairs.map { pair in
            guard pair.hasPrefix(twin) else { return String(pair) }
            let given = mark + pair.dropFirst(twin.count)
            return names.contains(given.prefix { $0 != "=" }) ? String(pair) : given
        }.joined(separator: "; ")
    }

    /// The same cookie without what plain http cannot have.
    static func plain(_ value: String) -> String {
        twin + value.dropFirst(mark.count).split(separator: ";").filter { $0.trimmingPrefix(" ") != "Secure" }.joined(separator: ";")
    }
}
