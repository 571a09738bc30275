/// An endpoint above the MSPs and open to anybody: a pure function of the request, which sees no caller and no row.
///
/// At `/api/v1/<path>`. The path is whole, because the address is a promise to programs and not the name of a module; its first segment
/// belongs to one module, and to none that the kernel uses. No MSP switches it off. It runs on a thread of its own, so that long work
/// slows no other request.
public struct OpenEndpoint: Sendable {
    /// GET or POST: there is nothing to change.
    public let method: Method
    /// Below `/api/v1/`, without parameters: `aci/simulations`.
    public let path: String
    /// One English sentence for the reference.
    public let summary: String
    /// JSON Schema of the body, nil when it has none.
    public let requestSchema: JSONValue?
    /// JSON Schema of the answer.
    public let responseSchema: JSONValue
    /// Parameters, headers and statuses, for the reference.
    public let contract: EndpointContract
    /// The answer; throws a `Refusal`.
    public let handle: @Sendable (WebRequest) throws -> APIResponse

    /// Declares an endpoint.
    public init(
        _ method: Method, _ path: String, summary: String, requestSchema: JSONValue? = nil, responseSchema: JSONValue,
        contract: EndpointContract = EndpointContract(), handle: @escaping @Sendable (WebRequest) throws -> APIResponse
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.requestSchema = requestSchema
        self.responseSchema = responseSchema
        self.contract = contract
        self.handle = handle
    }
}
