import Kernel

/// A counted fact of an exercise: what formulas may refer to. Booleans count 0 or 1, levels and choices their rank.
enum Fact: Int, CaseIterable, Sendable, Hashable {
    case patients, professionals, advancedPracticeNurse
    case unscheduledCare, saturdayMorning, onCallDerogation
    case crisisPlan, crisisDeclared, crisisActions
    case diversityLevel, secondRecourseLevel, assistantSpecialistContract, publicHealthMissions
    case usersLevel1, usersLevel2, unscheduledCareService
    case coordination, protocols, meetings, files, eligiblePatients, trainees, externalCoordination
    case qualityLevel1, qualityLevel2, qualityLevel3, cooperationProtocols
    case heartFailurePathway, childObesityPathway, missionOnTheme
    case standardSystem, advancedSystem

    /// How a fact is written in JSON.
    enum Shape: Sendable, Equatable {
        case flag
        case count
        case level(Int)
        case choice([String])
    }

    private static let table: [(path: String, shape: Shape, label: String)] = [
        ("patients", .count, "patientèle médecin traitant"),
        ("professionals", .count, "professionnels de santé associés"),
        ("advanced_practice_nurse", .flag, "infirmier en pratique avancée dans l’équipe"),
        ("opening.unscheduled_care", .flag, "organisation des soins non programmés"),
        ("opening.saturday_morning", .flag, "ouverture le samedi matin"),
        ("opening.on_call_derogation", .flag, "dérogation au titre de la permanence des soins"),
        ("crisis.plan", .flag, "plan de préparation aux crises"),
        ("crisis.declared", .flag, "crise déclarée par les autorités"),
        ("crisis.actions", .flag, "actions pendant la crise"),
        ("diversity_level", .level(2), "niveau de diversité des services"),
        ("second_recourse_level", .level(2), "niveau de second recours"),
        ("assistant_specialist_contract", .flag, "médecin sous CSTM"),
        ("public_health_missions", .count, "missions de santé publique"),
        ("users.level1", .flag, "usagers, niveau 1"),
        ("users.level2", .flag, "usagers, niveau 2"),
        (
            "unscheduled_care_service", .choice(["none", "half_of_doctors", "all_doctors", "all_requests"]),
            "participation au service d’accès aux soins"
        ),
        ("coordination", .flag, "fonction de coordination en place"),
        ("protocols", .count, "protocoles pluriprofessionnels"),
        ("concertation.meetings", .count, "réunions de concertation"),
        ("concertation.files", .count, "dossiers examinés en concertation"),
        ("concertation.eligible_patients", .count, "patients en ALD ou de plus de 75 ans"),
        ("trainees", .count, "stages"),
        ("external_coordination", .flag, "procédure de coordination externe"),
        ("quality.level1", .flag, "démarche qualité, niveau 1"),
        ("quality.level2", .flag, "démarche qualité, niveau 2"),
        ("quality.level3", .flag, "démarche qualité, niveau 3"),
        ("cooperation_protocols", .count, "protocoles nationaux de coopération"),
        ("heart_failure_pathway", .flag, "parcours insuffisance cardiaque"),
        ("child_obesity.pathway", .flag, "parcours surpoids ou obésité de l’enfant"),
        ("child_obesity.mission_on_theme", .flag, "mission de santé publique sur ce thème"),
        ("information_system.standard", .flag, "système d’information labellisé, niveau standard"),
        ("information_system.advanced", .flag, "système d’information, niveau avancé"),
    ]

    private static let byPath: [String: Fact] = Dictionary(uniqueKeysWithValues: allCases.map { ($0.path, $0) })

    /// The fact that a field holds; nil for a field that is not a counted fact.
    static func at(_ path: String) -> Fact? { byPath[path] }

    /// Field of the input.
    var path: String { Self.table[rawValue].path }
    /// How the field is written.
    var shape: Shape { Self.table[rawValue].shape }
    /// French name, inside a sentence.
    var label: String { Self.table[rawValue].label }

    /// The greatest value, when the shape has one.
    var greatest: Int? {
        switch shape {
        case .flag: 1
        case .level(let top): top
        case .choice(let words): words.count - 1
        case .count: nil
        }
    }

    /// A circumstance: no act of the exercise raises it, so neither the maximum nor the advance takes it as reached.
    var isCircumstance: Bool {
        switch self {
        case .patients, .professionals, .advancedPracticeNurse, .eligiblePatients, .crisisDeclared, .onCallDerogation: true
        default: false
        }
    }

    /// A fact of the team that claims nothing by itself.
    var isNeutral: Bool { self == .patients || self == .professionals || self == .advancedPracticeNurse }
}

/// Facts as bits, to be asked often.
struct FactSet: Sendable, Equatable {
    private let bits: UInt64

    init(_ facts: Set<Fact>) { bits = facts.reduce(0) { $0 | (1 << UInt64($1.rawValue)) } }

    func contains(_ fact: Fact) -> Bool { bits & (1 << UInt64(fact.rawValue)) != 0 }
}
