import Kernel

/// The indicators that the house knows, in the order of the accord. A rule set holds some of them, never another one: a new
/// indicator needs a new field in the input, hence a release; its figures do not.
enum AciIndicatorID: String, CaseIterable, Sendable, Hashable {
    case openingHours = "A1-HOR"
    case crisisPlan = "A1-CRI-F"
    case crisisActions = "A1-CRI-V"
    case diversity = "A1-DIV"
    case secondRecourse = "A1-SEC"
    case assistantContract = "A1-CSTM"
    case publicHealthMissions = "A1-MSP"
    case users = "A1-USA"
    case unscheduledCareService = "A1-SAS"
    case coordination = "A2-COO"
    case protocols = "A2-PRO"
    case concertation = "A2-RCP"
    case trainees = "A2-FOR"
    case externalCoordination = "A2-EXT"
    case quality = "A2-QUA"
    case cooperationProtocols = "A2-PNC"
    case heartFailure = "A2-IC"
    case childObesity = "A2-OBE"
    case informationSystem = "A3-SIS"
    case advancedInformationSystem = "A3-SIA"

    /// Place in the accord.
    var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Natures of an indicator (glossary: « socle prérequis », « socle », « optionnel »).
enum AciIndicatorKind: String, CaseIterable, Sendable {
    /// Nothing is paid without it.
    case prerequisite
    /// Paid in proportion, part of the advance.
    case core
    /// The team's choice.
    case optional

    /// French name.
    var label: String {
        switch self {
        case .prerequisite: "Socle prérequis"
        case .core: "Socle"
        case .optional: "Optionnel"
        }
    }
}
