/// What the operator decides for one server process.
public struct ServerSettings: Sendable {
    public let host: String
    public let port: Int
    /// Address at which people reach the server, without trailing slash.
    public let publicURL: String
    /// 32 bytes; signs messages and anti-forgery values, seals second-factor secrets.
    public let secret: [UInt8]
    /// Where mail is submitted: `smtp://[user:password@]host[:port]` or `smtps://…`; nil keeps mail queued.
    public let smtpURL: String?
    /// Sender of every mail.
    public let mailFrom: String
    /// Name or path of the program that prints.
    public let printProgram: String
    /// Largest body of a form or a JSON document, in bytes.
    public let maximumBody: Int
    /// Proxies whose word about the caller's address counts.
    public let trustedProxies: TrustedProxies
    /// Bearer that opens the figures to others than the machine itself.
    public let metricsToken: String?
    /// Whether this process also does the work that requests leave; false where another one does.
    public let worksToo: Bool

    var figuresDoor: FiguresDoor { FiguresDoor(token: metricsToken, proxies: trustedProxies) }

    public init(
        host: String, port: Int, publicURL: String, secret: [UInt8], smtpURL: String?, mailFrom: String,
        printProgram: String = "weasyprint",
        maximumBody: Int = 1_048_576, trustedProxies: TrustedProxies = TrustedProxies(), metricsToken: String? = nil,
        worksToo: Bool = true
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL
        self.secret = secret
        self.smtpURL = smtpURL
        self.mailFrom = mailFrom
        self.printProgram = printProgram
        self.maximumBody = maximumBody
        self.trustedProxies = trustedProxies
        self.metricsToken = metricsToken
        self.worksToo = worksToo
    }
}
