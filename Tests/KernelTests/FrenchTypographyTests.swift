import Kernel
import Testing

@Suite("A text written with plain spaces is set as French is")
struct FrenchTypographyTests {
    @Test(
        "no-break before signs and inside quotes, narrow between thousands",
        arguments: [
            ("crises : plan", "crises\u{A0}: plan"), ("« oui »", "«\u{A0}oui\u{A0}»"), ("vrai ; faux ?", "vrai\u{202F}; faux\u{202F}?"),
            ("4 000 patients", "4\u{202F}000 patients"), ("73 500 €", "73\u{202F}500\u{A0}€"), ("5 % ou plus", "5\u{202F}% ou plus"),
            ("l'équipe", "l’équipe"), ("2 000 000", "2\u{202F}000\u{202F}000"), ("le 3 mars", "le 3 mars"),
            ("en 2022 350 points", "en 2022 350 points"),
            ("http://x", "http://x"), ("", ""),
        ])
    func sets(plain: String, set: String) {
        #expect(French.typeset(plain) == set)
        #expect(French.typeset(set) == set)
    }
}
