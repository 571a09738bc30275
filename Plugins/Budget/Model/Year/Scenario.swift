import Kernel

/// A « what if » beside the exercise as it stands.
struct Scenario: Sendable {
    let id: String
    /// French name.
    let name: String
    /// What changes, in a French sentence.
    let sentence: String
    let input: SimulationInput

    /// The ready-made ones: one more doctor, an advanced-practice nurse, a prerequisite lost.
    /// - Parameter doctors: general practitioners of the team, to guess the patients of one more.
    static func usual(from input: SimulationInput, rules: RuleSet, doctors: Int) -> [Scenario] {
        var scenarios: [Scenario] = []
        let share = doctors > 0 ? input[.patients] / doctors : 0
        var more = input
        more[.patients] += share
        more[.professionals] += 1
        scenarios.append(
            Scenario(
                id: "medecin", name: "Un médecin de plus",
                sentence:
                    "Un médecin s’associe\u{A0}: un professionnel et \(French.plural(share, "patient", "patients")) de plus, la moyenne de l’équipe.",
                input: more))
        if input[.advancedPracticeNurse] == 0 {
            var nurse = input
            nurse[.advancedPracticeNurse] = 1
            nurse[.professionals] += 1
            scenarios.append(
                Scenario(
                    id: "ipa", name: "Une IPA arrive", sentence: "Un·e infirmier·ère en pratique avancée s’associe à l’équipe.",
                    input: nurse))
        }
        if let lost = rules.indicators.last(where: { $0.isPrerequisite }), input[.standardSystem] > 0 {
            var without = input
            without[.standardSystem] = 0
            without[.advancedSystem] = 0
            scenarios.append(
                Scenario(
                    id: "prerequis", name: "Un prérequis perdu",
                    sentence: "\(lost.name)\u{A0}: le logiciel perd son label. Un prérequis manque, rien n’est payé.", input: without))
        } else {
            var without = input
            without[.unscheduledCare] = 0
            scenarios.append(
                Scenario(
                    id: "prerequis", name: "Un prérequis perdu",
                    sentence: "L’organisation des soins non programmés s’arrête. Un prérequis manque, rien n’est payé.", input: without))
        }
        return scenarios
    }
}
