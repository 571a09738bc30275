import Testing

@testable import KernelRuntime

@Suite("Cookies on the loopback")
struct LoopbackCookiesTests {
    @Test("twins are made on plain http of this machine alone")
    func places() {
        for wanted in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080", "http://localhost"] {
            #expect(LoopbackCookies.isWanted(wanted))
        }
        for other in ["https://127.0.0.1", "http://10.0.0.7:8080", "http://localhost.evil.example", "https://collectif.example"] {
            #expect(!LoopbackCookies.isWanted(other))
        }
    }

    @Test("a twin loses the mark and nothing else")
    func twin() {
        let set = LoopbackCookies.plain("__Host-collectif=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
        #expect(set == "loopback-collectif=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    @Test("a twin counts only where its marked one is missing")
    func reading() {
        #expect(LoopbackCookies.read("a=1; loopback-collectif=x") == "a=1; __Host-collectif=x")
        #expect(LoopbackCookies.read("__Host-collectif=y; loopback-collectif=x") == "__Host-collectif=y; loopback-collectif=x")
    }
}
