import Kernel
import Testing

@testable import Budget

@Suite("What a file proves, by its name")
struct RequirementGuessTests {
    private func guess(_ name: String, open: [String]? = nil) -> String? {
        RequirementGuess.of(
            name, open: open.map { $0.compactMap(Requirement.of) } ?? Requirement.all, all: Requirement.all)?.id
    }

    @Test(
        "A name that says it is proposed",
        arguments: [
            ("Charte d’engagement signée.pdf", "A1-HOR.charter"), ("protocole-AVK.pdf", "A2-PRO.copy"), ("A2-PRO suivi.pdf", "A2-PRO.copy"),
            ("Plan de préparation aux crises.pdf", "A1-CRI-F.plan"), ("attestation de stage 3.jpg", "A2-FOR.certificate"),
            ("Fiche de poste coordinatrice.pdf", "A2-COO.contract"), ("facture_logiciel_2026.pdf", "A3-SIS.invoice"),
            ("Plan d’actions qualité.pdf", "A2-QUA.action_plan"), ("Questionnaire usagers.pdf", "A1-USA.involvement"),
        ])
    func told(_ name: String, _ id: String) { #expect(guess(name) == id) }

    @Test(
        "A name that says nothing, or two things, is left to a person", arguments: ["scan0001.pdf", "IMG_2041.JPG", ".pdf", "", "A3.pdf"])
    func silent(_ name: String) { #expect(guess(name) == nil) }

    @Test("What is missing is asked first; every sign is of a requirement that exists")
    func open() {
        #expect(guess("protocole.pdf", open: ["A2-QUA.report"]) == "A2-PRO.copy")
        #expect(guess("bilan du protocole.pdf", open: ["A2-QUA.report"]) == "A2-QUA.report")
    }
}
