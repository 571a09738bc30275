import Kernel
import Testing

@Suite("Forms written by hand")
struct FormReaderTests {
    private func reader(_ pairs: (String, String)...) -> FormReader { FormReader(FormValues(pairs.map { (name: $0.0, value: $0.1) })) }

    @Test("what is typed is understood as people write it")
    func understood() throws {
        var form = reader(
            ("title", "  Vaccination  "), ("day", "3/2/26"), ("time", "18h30"), ("minutes", "1 h 15"), ("count", "12"),
            ("cents", "1 234,5"),
            ("points", "1712,5"), ("email", " Helene@Exemple.fr "), ("words", "un\r\ndeux"))
        #expect(form.line("title", max: 40) == "Vaccination")
        let typed = form.day("day")
        let day = try #require(typed)
        #expect(day == CivilDate(year: 2026, month: 2, day: 3))
        #expect(form.time("time", on: day, zone: "Europe/Paris") == Instant(iso8601: "2026-02-03T17:30:00Z"))
        #expect(form.minutes("minutes", in: 5...480) == 75)
        #expect(form.integer("count", in: 1...20) == 12)
        #expect(form.cents("cents", in: 0...1_000_000) == 123_450)
        #expect(form.number("points", in: .zero...ExactDecimal(2_000), scale: 6) == ExactDecimal("1712.5"))
        #expect(form.email("email") == "helene@exemple.fr")
        #expect(form.text("words", max: 40) == "un\ndeux")
        try form.check()
    }

    @Test(
        "what a word processor adds unseen becomes what it stands for",
        arguments: [
            (
                "Relevé de décisions\u{B}1. Budget voté\u{C}2. Planning d’été\u{2}\n\u{2068}Dr Essai\u{2069} prépare la suite.\n",
                "Relevé de décisions\n1. Budget voté\n2. Planning d’été\nDr Essai prépare la suite."
            ),
            ("un\r\ndeux\rtrois\u{85}quatre\u{2028}cinq", "un\ndeux\ntrois\nquatre\ncinq"),
            ("a\u{202E}b\u{7}c\u{200B}d\u{FEFF}e\u{AD}f", "abcdef"), ("12\u{A0}000\u{202F}€\tet", "12\u{A0}000\u{202F}€\tet"),
            ("l’infirmière 👩\u{200D}⚕\u{FE0F} passe", "l’infirmière 👩\u{200D}⚕\u{FE0F} passe"), ("a\u{200D}b", "ab"),
        ])
    func normalised(typed: String, meant: String) {
        var form = reader(("text", typed))
        #expect(form.text("text", max: 200) == meant && form.faults.isEmpty)
        #expect(TextRules.normalised("un\u{B}deux\ttrois\u{2}", lines: false) == "un deux trois")
    }

    @Test("every fault is told at once, beside its field")
    func faults() {
        var form = reader(
            ("title", "deux\nlignes"), ("long", String(repeating: "x", count: 41)), ("number", "1 85 05 78 006 084 91"),
            ("day", "31/02/2026"),
            ("count", "0"), ("email", "pas une adresse"), ("id", "12"), ("points", "0,1234567"))
        #expect(form.line("title", max: 40) == nil && form.text("long", max: 40) == nil && form.text("number", max: 40) == nil)
        #expect(form.day("day") == nil && form.integer("count", in: 1...9) == nil && form.email("email") == nil && form.id("id") == nil)
        #expect(form.number("points", in: .zero...ExactDecimal(9), scale: 6) == nil)
        #expect(form.line("absent", max: 40, required: "Indiquez un titre.") == nil)
        #expect(
            form.faults.map(\.field) == ["title", "long", "number", "day", "count", "email", "id", "points", "absent"])
        #expect(form.faults.allSatisfy { $0.message.hasSuffix(".") })
        #expect(throws: Refusal.self) { try form.check() }
        #expect(form.hasFault("day", "autre") && !form.hasFault("autre"))
    }

    @Test("an empty input is nil and no fault unless it is asked for")
    func empty() throws {
        var form = reader(("title", "   "), ("day", ""))
        #expect(form.line("title", max: 40) == nil && form.day("day") == nil && form.id("id") == nil && form.minutes("m", in: 1...9) == nil)
        try form.check()
        #expect(form.day("day", required: "Indiquez le jour.") == nil)
        #expect(form.faults == [FieldFault("day", "Indiquez le jour.")])
    }

    @Test("an hour that the clocks jump over is refused")
    func clocks() throws {
        var form = reader(("time", "2h30"))
        let spring = try #require(CivilDate(year: 2026, month: 3, day: 29))
        #expect(form.time("time", on: spring, zone: "Europe/Paris") == nil && form.hasFault("time"))
    }
}
