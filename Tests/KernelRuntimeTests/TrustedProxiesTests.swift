import Kernel
import Testing

@testable import KernelRuntime

struct TrustedProxiesTests {
    @Test("without a proxy that is trusted, the caller is who opened the connection, whatever is written")
    func nobodyIsTrusted() throws {
        for proxies in [TrustedProxies(), try TrustedProxies(" "), try TrustedProxies("10.0.0.0/8")] {
            #expect(proxies.client(peer: "192.0.2.9", forwarded: ["198.51.100.1"]) == "192.0.2.9")
        }
    }

    @Test("the right-most address that is no trusted proxy counts")
    func rightMost() throws {
        let proxies = try TrustedProxies("127.0.0.1, 10.0.0.0/8, 2001:db8:ffff::/48")
        #expect(proxies.client(peer: "127.0.0.1", forwarded: ["198.51.100.1"]) == "198.51.100.1")
        #expect(proxies.client(peer: "127.0.0.1", forwarded: ["203.0.113.5, 198.51.100.1, 10.1.2.3"]) == "198.51.100.1")
        #expect(proxies.client(peer: "10.255.0.1", forwarded: ["203.0.113.5", "198.51.100.1"]) == "198.51.100.1")
        #expect(proxies.client(peer: "127.0.0.1", forwarded: []) == "127.0.0.1")
        #expect(proxies.client(peer: "127.0.0.1", forwarded: ["10.9.9.9"]) == "127.0.0.1")
        #expect(proxies.client(peer: "2001:db8:ffff:1::2", forwarded: ["2001:DB8::00a1"]) == "2001:db8::a1")
        #expect(proxies.client(peer: "::ffff:127.0.0.1", forwarded: ["[2001:db8::7]:4711"]) == "2001:db8::7")
        #expect(proxies.client(peer: "127.0.0.1", forwarded: ["198.51.100.1:4711"]) == "198.51.100.1")
    }

    @Test(
        "what cannot be read was written by a stranger: the proxy answers for it",
        arguments: ["unknown", "1.2.3.4.5", "'; --", "_hidden"])
    func unreadable(text: String) throws {
        let proxies = try TrustedProxies("127.0.0.1")
        #expect(proxies.client(peer: "127.0.0.1", forwarded: ["198.51.100.1, \(text)"]) == "127.0.0.1")
    }

    @Test("an IPv6 network is counted whole, an IPv4 address alone")
    func blocks() {
        #expect(TrustedProxies.block("2001:db8:1:2::1") == TrustedProxies.block("2001:db8:1:2:ffff::9"))
        #expect(TrustedProxies.block("2001:db8:1:2::1") != TrustedProxies.block("2001:db8:1:3::1"))
        #expect(TrustedProxies.block("192.0.2.1") == "192.0.2.1")
    }

    @Test(
        "a setting that cannot be understood stops the start",
        arguments: ["proxy.local", "10.0.0.0/33", "10.0.0.0/8/1", "::1/129", "10.0.0.0/-1"])
    func refused(text: String) {
        #expect(throws: ModuleSetupError.self) { try TrustedProxies(text) }
    }
}
