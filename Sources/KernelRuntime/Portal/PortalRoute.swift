public import Kernel

/// A screen or an endpoint that belongs to no single MSP: sign-in, own account, « Aujourd’hui », federation.
///
/// The HTTP assembly mounts it at its absolute path, proves the person when the audience asks for it, checks the
/// anti-forgery value of every POST that carries a session cookie, and draws the frame around the answer.
public struct PortalRoute: Sendable {
    /// Who may open it.
    public enum Audience: Sendable {
        /// Anybody; the person is given when a live session came along.
        case everyone
        /// A person whose credential `kernel.enter_person` accepted; others are sent to the sign-in page (HTML) or refused (API).
        case person
    }

    public let method: Method
    /// Absolute path without leading slash, `:name` for a parameter; empty for `/`.
    public let path: String
    public let audience: Audience
    public let handle: @Sendable (PortalRequest) async throws -> PortalResponse

    public init(
        _ method: Method, _ path: String, _ audience: Audience,
        handle: @escaping @Sendable (PortalRequest) async throws -> PortalResponse
    ) {
        self.method = method
        self.path = path
        self.audience = audience
        self.handle = handle
    }

    /// True for paths of the JSON API: faults are answered as problem documents and cookies are not needed.
    public var isAPI: Bool { path.hasPrefix("api/") }
}

/// A request outside any one MSP.
public struct PortalRequest: Sendable {
    public let web: WebRequest
    /// Nil when nobody is signed in; never nil for the audience `person`.
    public let person: Person?
    public let credential: Credential?
    /// Value that each form carries in `_csrf`; empty when there is no session cookie to forge.
    public let csrf: String
    /// Address of the caller, for throttling and for the platform's trail.
    public let clientAddress: String
    /// Token of the browser, that of its cookie or a new one: an account that signed in on it knows it again.
    public let device: Token
    /// What the browser calls itself, cut to 200 characters, shown in the person's list of sessions.
    public let clientName: String
    public let database: PortalDatabase
    public let gates: any GateFactory
    public let services: PortalServices

    /// Made by the HTTP assembly.
    public init(
        web: WebRequest, person: Person?, credential: Credential?, csrf: String, clientAddress: String, device: Token = .make(),
        clientName: String, database: PortalDatabase, gates: any GateFactory, services: PortalServices
    ) {
        self.web = web
        self.person = person
        self.credential = credential
        self.csrf = csrf
        self.clientAddress = clientAddress
        self.device = device
        self.clientName = clientName
        self.database = database
        self.gates = gates
        self.services = services
    }

    /// The person behind a route of the audience `person`. Throws the refusal 401 otherwise.
    public func signedIn() throws -> (person: Person, credential: Credential) {
        guard let person, let credential else { throw Refusal.unauthenticated }
        return (person, credential)
    }
}

/// Doors into MSPs for pages above them.
public protocol GateFactory: Sendable {
    /// The door into one MSP for this caller, under one permission.
    func gate(msp: MspHandle, permission: String, credential: Credential, web: WebRequest, csrf: String) -> any Gate

    /// Reads in several MSPs in one pipelined round trip, each under its own entry; nil where the entry was refused.
    func readAcross(
        _ parts: [(msp: MspHandle, permission: String, queries: [Query])], credential: Credential
    ) async throws -> [[ResultSet]?]
}

/// The answer of a portal route.
public enum PortalResponse {
    case page(PortalPage)
    case bare(BarePage)
    /// 303 to an absolute path, with a message for the next page.
    case redirect(String, Message?)
    /// 303 that sets the session cookie to this token, with a message for the next page.
    case signedIn(token: String, redirect: String, message: Message?)
    /// 303 that clears the session cookie.
    case signedOut(redirect: String)
    case file(bytes: [UInt8], mediaType: String, name: String)
    case api(APIResponse)
}

/// A page above the MSPs; the assembly draws the frame around it.
public struct PortalPage {
    /// Where the page stands in the navigation.
    public enum Place: Sendable, Equatable {
        case today
        case account
        /// Pages of a federation or an authority, by id.
        case organisation(Identifier)
    }

    /// Who reads.
    public let person: Person
    public let title: String
    public let place: Place
    public let crumbs: [Crumb]
    /// HTTP status, 200 unless the page shows a refused form.
    public let status: Int
    /// Words of the coloured band that says whose view this is; nil without band.
    public let band: String?
    /// State chip and facts beside the title.
    public let head: Fragment?
    /// Buttons on the title line.
    public let actions: Fragment?
    /// Panel that explains.
    public let side: Fragment?
    public let body: Fragment

    public init(
        person: Person, title: String, place: Place, crumbs: [Crumb] = [], status: Int = 200, band: String? = nil, head: Fragment? = nil,
        actions: Fragment? = nil, side: Fragment? = nil, body: @escaping Fragment
    ) {
        self.person = person
        self.title = title
        self.place = place
        self.crumbs = crumbs
        self.status = status
        self.band = band
        self.head = head
        self.actions = actions
        self.side = side
        self.body = body
    }
}
