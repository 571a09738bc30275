import Testing

@testable import KernelRuntime

struct SafePathTests {
    @Test(
        "Paths of this site are followed after sign-in",
        arguments: ["/aujourdhui", "/m/trois-ponts/equipe/reunions?page=2", "/compte#totp"])
    func local(path: String) {
        #expect(SafePath.local(path) == path)
    }

    @Test(
        "Anything that a browser could read as another host or as a script leads home",
        arguments: [
            "https://exemple.fr", "//exemple.fr", "/\\exemple.fr", "\\\\exemple.fr", "javascript:alert(1)", "/\t/exemple.fr", "/a\nb",
            " /a", "", "/\u{2028}//exemple.fr", "/é",
            "m/trois-ponts", "/connexion?suite=/x", "/deconnexion", "/" + String(repeating: "a", count: 1000),
        ])
    func foreign(path: String) {
        #expect(SafePath.local(path) == "/aujourdhui")
    }

    @Test("A path is written into a query string without losing anything")
    func encoding() {
        #expect(SafePath.encoded("/m/a?x=é&y") == "/m/a%3Fx%3D%C3%A9%26y")
    }
}
