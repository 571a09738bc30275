import Kernel

/// Code lists of the indemnities: stable codes, French labels.
enum IndemnityCodes {
    static let method = CodeList("budget.indemnity_method", IndemnityMethod.allCases.map { ($0.rawValue, $0.label) })

    static let eligibility = CodeList(
        "budget.indemnity_eligibility", Eligibility.allCases.map { ($0.rawValue, $0.label.firstCapital) })

    static let lateRule = CodeList("budget.late_rule", LateRule.allCases.map { ($0.rawValue, $0.label) })

    static let rounding = CodeList(
        "budget.rounding", [("NEAREST", "Au plus proche"), ("DOWN", "Au pas inférieur"), ("UP", "Au pas supérieur")])

    static let ruleStatus = CodeList("budget.rule_status", [("DRAFT", "Brouillon"), ("VOTED", "Votée"), ("ENDED", "Terminée")])

    static let runStatus = CodeList("budget.run_status", IndemnityRunStatus.allCases.map { ($0.rawValue, $0.label) })

    static let creditStatus = CodeList(
        "budget.credit_status", [("DECLARED", "Déclaré"), ("CHECKED", "Contrôlé"), ("APPROVED", "Validé"), ("REFUSED", "Refusé")])

    /// Tasks that a rule may pay by the piece (missions.md 6.2, `task_rates`).
    static let task = CodeList(
        "budget.task",
        [
            ("PROTOCOL_WRITING", "Rédaction d’un protocole"), ("ACTION_LEAD", "Pilotage d’une action"),
            ("RCP_SECRETARY", "Secrétariat de RCP"), ("MANAGER_MANDATE", "Mandat de gérance"),
            ("STUDENT_SUPERVISION", "Encadrement d’étudiant"),
        ])

    /// Functions by which a rate or a weight may differ.
    static let role = CodeList(
        "budget.indemnity_role", [Role.manager, .leader, .actionLead, .coordinator].map { ($0.rawValue, $0.label) })

    /// Who votes a rule.
    static let organ = CodeList(
        "budget.organ",
        [
            ("AGO", "Assemblée générale ordinaire"), ("AGE", "Assemblée générale extraordinaire"),
            ("AG_MIXTE", "Assemblée générale mixte"), ("GERANCE", "Gérance"), ("CA", "Conseil d’administration"), ("BUREAU", "Bureau"),
        ])

    /// What a decision of that organ is.
    static func decisionKind(_ organ: String) -> IndemnityRule.Decision.Kind {
        ["AGO", "AGE", "AG_MIXTE"].contains(organ) ? .resolution : .manager
    }
}
