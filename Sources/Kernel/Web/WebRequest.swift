/// Methods a route may answer.
public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// Ordered name–value pairs of a query string or a form.
public struct FormValues: Sendable, Equatable {
    public let pairs: [(name: String, value: String)]

    public init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

    public static func == (a: FormValues, b: FormValues) -> Bool {
        a.pairs.count == b.pairs.count && zip(a.pairs, b.pairs).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    }

    /// First value of a name.
    public subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// All values of a name.
    public func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    public var names: Set<String> { Set(pairs.map(\.name)) }
}

/// What a request carries, before anything about the caller was proven.
public struct WebRequest: Sendable {
    public let method: Method
    /// Path without query string.
    public let path: String
    /// Query string as received, without `?`.
    public let queryText: String
    public let query: FormValues
    /// Fields of a form body; empty otherwise.
    public let form: FormValues
    /// Files of the form, or the body of an endpoint that takes a file; empty where the route declares no `UploadRule`.
    public let files: [UploadedFile]
    /// JSON body; nil otherwise.
    public let json: JSONValue?
    /// SHA-256 of the body as received, to recognise a repeated request.
    public let bodyDigest: [UInt8]
    /// Values of the `:name` segments of the route.
    public let parameters: [String: String]
    /// Lower-case names: `if-match`, `if-none-match`, `idempotency-key`, `accept`.
    public let headers: [String: String]
    /// True when the page's own script sent it and wants a fragment.
    public let isEnhanced: Bool
    public let now: Instant
    public let requestID: String
    /// Address at which people reach the server, without trailing slash.
    public let publicURL: String
    /// Address of the network that the request came from, behind the proxies that the operator trusts; empty when nobody called.
    public let clientAddress: String

    public init(
        method: Method, path: String, queryText: String = "", query: FormValues = FormValues(), form: FormValues = FormValues(),
        files: [UploadedFile] = [], json: JSONValue? = nil, bodyDigest: [UInt8] = [], parameters: [String: String] = [:],
        headers: [String: String] = [:],
        isEnhanced: Bool = false,
        now: Instant, requestID: String, publicURL: String, clientAddress: String = ""
    ) {
        self.method = method
        self.path = path
        self.queryText = queryText
        self.query = query
        self.form = form
        self.files = files
        self.json = json
        self.bodyDigest = bodyDigest
        self.parameters = parameters
        self.headers = headers
        self.isEnhanced = isEnhanced
        self.now = now
        self.requestID = requestID
        self.publicURL = publicURL
        self.clientAddress = clientAddress
    }

    /// The page asks again by itself: nobody need be there, so it keeps no session open.
    public var isLook: Bool { isEnhanced && method == .get }

    /// An id in the path; anything that is not one is simply not found (API-01).
    public func id(_ name: String) throws -> Identifier {
        guard let text = parameters[name], let id = Identifier(text) else { throw Refusal.notFound }
        return id
    }
}

/// A request inside one MSP. Rows are reached only through its gate.
public struct MspRequest: Sendable {
    public let web: WebRequest
    /// The address only: what the MSP is, `Reading.access` knows.
    public let msp: MspPlace
    /// For the runtime's own pages, whose functions check the credential again; modules do not see it.
    @_spi(Runtime) public let gate: any Gate

    /// Made by the runtime.
    public init(web: WebRequest, msp: MspPlace, gate: any Gate) {
        self.web = web
        self.msp = msp
        self.gate = gate
    }

    /// One round trip under the route's permission.
    public func read(_ queries: Query...) async throws -> Reading { try await gate.read(queries) }

    public func read(all queries: [Query]) async throws -> Reading { try await gate.read(queries) }

    /// One transaction under the route's permission.
    public func write<T: Sendable>(_ body: @Sendable (WriteUnit) async throws -> T) async throws -> T { try await gate.write(body) }

    /// Prints a document outside any transaction, for those that are stored later (`WriteUnit.store`) or not at all.
    public func print(_ document: PrintDocument) async throws -> PrintedDocument { try await gate.print(document) }

    /// The day on the calendars of the MSP, which only somebody let in may know: one round trip, for what must be known before the rows
    /// are asked.
    public func today() async throws -> CivilDate { try await read().access.local(web.now).date }

    /// The civil year in the MSP. All places on earth agree on it but around New Year; only then is the MSP asked.
    public func presentYear() async throws -> Int {
        let (first, last) = (LocalTime(web.now, zone: "Etc/GMT+12").date.year, LocalTime(web.now, zone: "Etc/GMT-14").date.year)
        return first == last ? first : try await today().year
    }

    /// Absolute path of a page of this MSP.
    public func path(_ rest: String) -> String { msp.path(rest) }
}

/// A request through a link that needs no sign-in.
public struct LinkRequest: Sendable {
    public let web: WebRequest
    public let msp: MspHandle
    /// What the link was made for.
    public let subject: Identifier
    /// The token, to build the form's own address.
    public let token: String
    let gate: any Gate

    /// Made by the runtime.
    public init(web: WebRequest, msp: MspHandle, subject: Identifier, token: String, gate: any Gate) {
        self.web = web
        self.msp = msp
        self.subject = subject
        self.token = token
        self.gate = gate
    }

    public func read(_ queries: Query...) async throws -> Reading { try await gate.read(queries) }

    public func write<T: Sendable>(_ body: @Sendable (WriteUnit) async throws -> T) async throws -> T { try await gate.write(body) }
}
