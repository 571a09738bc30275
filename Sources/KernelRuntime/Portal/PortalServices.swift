public import Kernel
public import Logging

/// What portal pages need beside the database.
public struct PortalServices: Sendable {
    public let passwords: PasswordHasher
    /// Seals second-factor secrets and the short-lived value between password and code.
    public let secretBox: SecretBox
    /// Modules of this build, in the order of the navigation.
    public let modules: [ModuleManifest]
    /// Lines of « Aujourd’hui », with the module they come from.
    public let today: [(module: ModuleManifest, source: TodaySource)]
    /// Steps of an MSP's first days, with the module they come from.
    public let firstSteps: [(module: ModuleManifest, step: FirstStep)]
    /// Handlers that keep the hours of their module when an MSP's zone changes.
    let zoneHandlers: [String]
    /// Address at which people reach the server, without trailing slash.
    public let publicURL: String
    /// Sign-ins of strangers under way.
    let lanes = SignInLanes()
    /// For what goes on beside an answer.
    let logger: Logger
    /// Pages that every structure shows at the same address.
    public let places: PagePlaces

    public init(
        passwords: PasswordHasher, secretBox: SecretBox, modules: [ModuleManifest],
        today: [(module: ModuleManifest, source: TodaySource)],
        firstSteps: [(module: ModuleManifest, step: FirstStep)], zoneHandlers: [String] = [], publicURL: String,
        places: PagePlaces, logger: Logger
    ) {
        self.passwords = passwords
        self.secretBox = secretBox
        self.modules = modules
        self.today = today
        self.firstSteps = firstSteps
        self.zoneHandlers = zoneHandlers
        self.publicURL = publicURL
        self.places = places
        self.logger = logger
    }
}
