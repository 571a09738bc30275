import HTTPTypes
import Kernel

/// Headers of every answer, error pages included (API-05, API-18).
enum SecurityHeaders {
    private static let fixed: [(HTTPField.Name, String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'none'; "
                + "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; manifest-src 'self'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }

    /// Adds what is missing; `no-store` unless the answer chose its own caching.
    static func complete(_ fields: inout HTTPFields) {
        for (name, value) in fixed where fields[name] == nil { fields[name] = value }
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
    }
}

/// Whether a state-changing request with a cookie comes from our own pages (API-04).
enum ForgeryCheck {
    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")
    private static let csrfHeader = HTTPField.Name("X-CSRF-Token")

    /// Origin or Sec-Fetch-Site must not name another site.
    static func isSameSite(_ fields: HTTPFields, publicURL: String) -> Bool {
        if let name = fetchSite, let site = fields[name] { return site == "same-origin" || site == "none" }
        if let origin = fields[.origin] { return origin == publicURL }
        return true
    }

    /// The value in the form or in the header is the one of this session.
    static func holds(_ web: WebRequest, fields: HTTPFields, expected: String) -> Bool {
        let given = web.form["_csrf"] ?? csrfHeader.flatMap { fields[$0] } ?? ""
        return !expected.isEmpty && Digest.equal(Array(given.utf8), Array(expected.utf8))
    }
}
