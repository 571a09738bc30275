import Testing

@testable import Kernel

/// API-13: no rule of a text costs more than its length, whatever a stranger writes.
@Suite struct LinearTextTests {
    /// Characters of the longest text of one field.
    private static let full = 20_000

    /// Five milliseconds as shipped; a build without optimisation takes some sixty times as long.
    private static var limit: Duration {
        #if DEBUG
            .milliseconds(300)
        #else
            .milliseconds(5)
        #endif
    }

    private static let pieces = [
        "1", " ", "1 ", "1.", "1a", "111111111111111x", "1 1 1 1 1 2A 1 1 1 1 1 1 1 1x", "2A", "1-", "1\t", "11111 11111 ",
        "\u{316}\u{301}",
        "e\u{316}\u{301}", "\u{5B0}\u{5B1}", "é", "œ", "a@", "a.", "a-", "FR76", "<&>\"'", "%_", "\\", "(a*)*[", "\r\n", "\u{1F1EB}",
        "\u{200D}👩",
        ",", "1,", "1:", "h", "\u{A0}", "1\u{A0}",
    ]

    private static func texts(_ length: Int) -> [String] {
        pieces.map { String(repeating: $0, count: length / $0.unicodeScalars.count) }
            + [
                "111111111111111 " + String(repeating: "1A", count: length / 2),
                "e" + String(repeating: "\u{301}\u{316}", count: length / 2),
            ]
    }

    private static let rules: [(name: String, read: @Sendable (String) -> Void)] = [
        ("social-security number", { _ = SocialSecurityNumber.isPresent(in: $0) }),
        ("one line", { _ = TextRules.fault($0, max: .max, lines: false) }),
        ("several lines", { _ = TextRules.fault($0, max: .max, lines: true) }),
        ("mail address", { _ = TextRules.isEmail($0) }),
        ("web address", { _ = TextRules.isWebAddress($0) }),
        ("cleaned text", { _ = TextRules.cleaned($0, .longText(max: 20_000)) }),
        ("cleaned address", { _ = TextRules.cleaned($0, .email) }),
        ("cleaned telephone", { _ = TextRules.cleaned($0, .phone) }),
        ("cleaned RPPS", { _ = TextRules.cleaned($0, .rpps) }),
        ("title", { _ = $0.firstCapital }),
        ("date", { _ = try? FrenchInput.date($0) }),
        ("hour", { _ = try? FrenchInput.time($0) }),
        ("duration", { _ = try? FrenchInput.duration($0) }),
        ("number", { _ = try? FrenchInput.number($0) }),
        ("whole number", { _ = try? FrenchInput.integer($0) }),
        ("amount", { _ = try? FrenchInput.cents($0) }),
        ("percentage", { _ = try? FrenchInput.percent($0) }),
        ("telephone", { _ = try? FrenchInput.phone($0) }),
        ("RPPS", { _ = try? NationalNumber.rpps($0) }),
        ("FINESS", { _ = try? NationalNumber.finess($0) }),
        ("SIREN", { _ = try? NationalNumber.siren($0) }),
        ("SIRET", { _ = try? NationalNumber.siret($0) }),
        ("IBAN", { _ = try? NationalNumber.iban($0) }),
        ("JSON text", { _ = try? JSONValue.parse(Array(JSONValue.string($0).text.utf8)) }),
        ("JSON, deep", { _ = try? JSONValue.parse($0.utf8.map { $0 == 0x31 ? 0x5B : $0 }) }),
    ]

    private static func cost(_ read: (String) -> Void, _ text: String, until limit: Duration) -> Duration {
        var best = Duration.seconds(3_600)
        for _ in 0..<6 where best > limit { best = min(best, ContinuousClock().measure { read(text) }) }
        return best
    }

    @Test("every rule reads a hostile text of full length in five milliseconds (API-13)", arguments: rules.indices)
    func everyRuleIsQuick(rule: Int) {
        let (name, read) = Self.rules[rule]
        for text in Self.texts(Self.full) {
            let spent = Self.cost(read, text, until: Self.limit)
            #expect(spent <= Self.limit, "\(name): \(spent) for \(text.unicodeScalars.prefix(4).map { String($0.value, radix: 16) })")
        }
    }

    @Test("a text of thousands of possible numbers is refused whole, one of hundreds is looked at")
    func manyPlaces() {
        #expect(SocialSecurityNumber.isPresent(in: String(repeating: "111111111111111x", count: 2_100)))
        #expect(!SocialSecurityNumber.isPresent(in: String(repeating: "111111111111111x", count: 1_200)))
        // A row of figures has none, however long.
        #expect(!SocialSecurityNumber.isPresent(in: String(repeating: "1 ", count: 10_000)))
    }
}
