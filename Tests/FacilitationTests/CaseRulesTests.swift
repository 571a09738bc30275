import Kernel
import Testing

@testable import Facilitation

@Suite("Situations without identity")
struct CaseRulesTests {
    @Test("Initials need an agreement")
    func consent() {
        #expect(Consent.fault(consent: "YES", initials: "MD") == nil)
        #expect(Consent.fault(consent: "NOT_ASKED", initials: nil) == nil)
        #expect(Consent.fault(consent: "NOT_ASKED", initials: "MD")?.field == "initials")
        #expect(Consent.fault(consent: "REFUSED", initials: "MD")?.field == "initials")
        #expect(Consent.refused.isAnonymous && Consent.notAsked.isAnonymous && !Consent.yes.isAnonymous)
    }

    @Test("Initials are capitals, four at most, never a name", arguments: ["Dupont", "md", "ABCDE", "M.", "M D"])
    func initials(text: String) {
        #expect(Consent.fault(consent: "YES", initials: text) != nil)
    }

    @Test("A number holds the MSP, the year and the rank")
    func code() {
        #expect(CaseCode.text(prefix: "A", year: 2026, number: 31) == "A-26-031")
        #expect(CaseCode.text(prefix: "TP", year: 2008, number: 7) == "TP-08-007")
        #expect(CaseCode.text(prefix: "TP", year: 2026, number: 1234) == "TP-26-1234")
    }

    @Test(
        "The prefix comes from the MSP's own words",
        arguments: [
            ("MSP des Trois Ponts", "TP"), ("MSP du Val Clair", "VC"), ("Pôle de santé de la Côte Verte", "CV"), ("MSP Grand-Large", "GL"),
            ("Maison de santé", "S"), ("", "S"),
        ])
    func prefix(name: String, expected: String) {
        #expect(CaseCode.prefix(name: name) == expected)
    }

    @Test("A chosen prefix is cleaned")
    func chosenPrefix() {
        #expect(CaseCode.prefix(chosen: "à-b 1") == "AB1")
        #expect(CaseCode.prefix(chosen: "  ") == nil)
        #expect(CaseCode.prefix(chosen: nil) == nil)
    }
}
