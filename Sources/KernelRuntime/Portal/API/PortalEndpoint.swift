public import Kernel

/// An endpoint of the API that belongs to no single MSP: one's own account, federations.
public struct PortalEndpoint: Sendable {
    public let method: Method
    /// Below `/api/v1/`, `:name` for a parameter.
    public let path: String
    /// One English sentence for the reference.
    public let summary: String
    /// JSON Schema of the body, nil when it has none.
    public let requestSchema: JSONValue?
    public let responseSchema: JSONValue
    public let contract: EndpointContract
    /// Refuses who may not be here, before anything of the request is judged: to them no answer tells more than that (API-01).
    let admit: @Sendable (PortalRequest) throws -> Void
    let handle: @Sendable (PortalRequest) async throws -> APIResponse

    init(
        _ method: Method, _ path: String, summary: String, requestSchema: JSONValue? = nil, responseSchema: JSONValue,
        contract: EndpointContract = EndpointContract(), admit: @escaping @Sendable (PortalRequest) throws -> Void = { _ in },
        handle: @escaping @Sendable (PortalRequest) async throws -> APIResponse
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.requestSchema = requestSchema
        self.responseSchema = responseSchema
        self.contract = contract
        self.admit = admit
        self.handle = handle
    }

    var route: PortalRoute {
        PortalRoute(method, "api/v1/\(path)", .person) { request in
            try admit(request)
            try contract.check(request.web, takesBody: requestSchema != nil)
            return .api(try await handle(request))
        }
    }

    /// All of them, for the routes and for the reference.
    public static var all: [PortalEndpoint] {
        AccountEndpoints.all + OwnInvitation.endpoints + FederationEndpoints.all + FederationEndpoints.mails
    }
}

extension PortalRequest {
    /// The person in a session of their own; a token is refused.
    func inSession() throws -> (person: Person, credential: Credential) {
        let (person, credential) = try signedIn()
        guard credential.kind == .session else { throw Refusal.sessionRequired }
        return (person, credential)
    }
}
