/// Everything a module adds to the house: values only, the kernel does the wiring.
public struct ModuleContributions: Sendable {
    public var permissions: [Permission] = []
    public var records: [RecordType] = []
    public var pages: [PageRoute] = []
    public var endpoints: [EndpointRoute] = []
    public var openEndpoints: [OpenEndpoint] = []
    public var linkPages: [LinkRoute] = []
    public var navigation: [NavigationItem] = []
    public var events: [EventType] = []
    public var handlers: [EventHandler] = []
    public var consequences: [Consequence] = []
    public var evidenceKinds: [EvidenceKind] = []
    public var indicators: [Indicator] = []
    public var today: [TodaySource] = []
    public var firstSteps: [FirstStep] = []
    public var searches: [SearchSource] = []
    public var slots: [SlotContribution] = []
    public var clocks: [ClockSource] = []
    public var jobs: [Job] = []
    public var healthChecks: [HealthCheck] = []
    public var demo: [DemoScenario] = []
    public var commands: [ModuleCommand] = []
    /// SQL files of the module, oldest first (R5).
    public var migrations: [Migration] = []

    public init() {}

    /// Adds what another part of the same module brings, after what is there.
    public mutating func add(_ part: ModuleContributions) {
        permissions += part.permissions
        records += part.records
        pages += part.pages
        endpoints += part.endpoints
        openEndpoints += part.openEndpoints
        linkPages += part.linkPages
        navigation += part.navigation
        events += part.events
        handlers += part.handlers
        consequences += part.consequences
        evidenceKinds += part.evidenceKinds
        indicators += part.indicators
        today += part.today
        firstSteps += part.firstSteps
        searches += part.searches
        slots += part.slots
        clocks += part.clocks
        jobs += part.jobs
        healthChecks += part.healthChecks
        demo += part.demo
        commands += part.commands
        migrations += part.migrations
    }
}

/// One SQL file, named `YYYYMMDDHHMMSS_slug`, never edited once landed (R5).
public struct Migration: Sendable, Equatable {
    public let name: String
    public let sql: String

    public init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }
}

/// A right that a route names and a role may hold (R7).
public struct Permission: Sendable, Equatable {
    /// `module.noun.verb`; a verb `read` stays allowed when the module is read-only for the MSP.
    public let id: String
    /// French label and explanation, shown where rights are edited.
    public let label: String
    public let explanation: String
    /// Roles that hold it unless the MSP decided otherwise.
    public let defaultRoles: [Role]
    /// What it lets read is sensitive: each reading is counted in the trail (AUD-02).
    public let isSensitive: Bool

    public init(_ id: String, label: String, explanation: String = "", roles: [Role], isSensitive: Bool = false) {
        self.id = id
        self.label = label
        self.explanation = explanation
        self.defaultRoles = roles
        self.isSensitive = isSensitive
    }
}

/// Roles of a membership (missions.md 2.2).
public enum Role: String, Sendable, CaseIterable {
    case coordinator = "COORDINATOR"
    case manager = "MANAGER"
    case leader = "LEADER"
    case actionLead = "ACTION_LEAD"
    case professional = "PROFESSIONAL"
    case secretary = "SECRETARY"
    case externalGuest = "EXTERNAL_GUEST"
    case accountant = "ACCOUNTANT"
    case employer = "EMPLOYER"
    case federationAgent = "FEDERATION_AGENT"
    case federationAdmin = "FEDERATION_ADMIN"
    case arsReader = "ARS_READER"

    /// French label (missions.md 2.2).
    public var label: String {
        switch self {
        case .coordinator: "Coordinateur·rice"
        case .manager: "Gérant·e"
        case .leader: "Leader"
        case .actionLead: "Responsable d’action"
        case .professional: "Professionnel·le de l’équipe"
        case .secretary: "Secrétaire"
        case .externalGuest: "Invité externe"
        case .accountant: "Cabinet comptable"
        case .employer: "Employeur"
        case .federationAgent: "Chargé·e de mission"
        case .federationAdmin: "Direction de la fédération"
        case .arsReader: "Lecteur ARS"
        }
    }
}

/// An entry of the left column (R10).
public struct NavigationItem: Sendable {
    public let label: String
    /// Path below `/m/<msp>/<module path>/`, empty for the module's first page.
    public let path: String
    public let permission: String
    public let weight: Int
    /// True when the entry also has a place in the phone's bottom bar.
    public let inBottomBar: Bool
    /// Second key of the shortcut `g` + key, when the entry has one.
    public let shortcut: Character?
    /// True for a page about the reader alone: it comes first in the bottom bar of whoever does not lead the team.
    public let isOwn: Bool
    /// Other words under which people look for the page.
    public let words: String

    public init(
        _ label: String, path: String, permission: String, weight: Int, inBottomBar: Bool = false, shortcut: Character? = nil,
        isOwn: Bool = false, words: String = ""
    ) {
        self.isOwn = isOwn
        self.words = words
        self.label = label
        self.path = path
        self.permission = permission
        self.weight = weight
        self.inBottomBar = inBottomBar
        self.shortcut = shortcut
    }
}
