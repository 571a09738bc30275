public import Kernel

/// What a caller presented: a session cookie or a personal token. The text itself never leaves this value.
public struct Credential: Sendable {
    public enum Kind: String, Sendable { case session, token }

    public let kind: Kind
    /// SHA-256 of the text, what the database knows.
    public let digest: [UInt8]
    private let text: String

    public init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
        self.digest = Digest.sha256(Array(text.utf8))
    }

    /// Anti-forgery value bound to this credential; empty for tokens, which no browser sends on its own.
    public func csrf(key: [UInt8]) -> String {
        kind == .session ? Digest.base64URL(Digest.hmac("csrf:" + text, key: key)) : ""
    }
}

/// One organisation a person belongs to today, with what the person may do there.
public struct PersonOrganisation: Sendable, Equatable {
    public let id: Identifier
    /// `MSP`, `FEDERATION`, `AUTHORITY` or `EMPLOYER`.
    public let kind: String
    public let slug: String
    public let name: String
    public let town: String
    /// IANA name.
    public let timeZone: String
    public let roles: Set<String>
    public let permissions: Set<String>
    /// Modules switched on, with `core`.
    public let modules: Set<String>

    public init(
        id: Identifier, kind: String, slug: String, name: String, town: String, timeZone: String, roles: Set<String>,
        permissions: Set<String>, modules: Set<String>
    ) {
        self.id = id
        self.kind = kind
        self.slug = slug
        self.name = name
        self.town = town
        self.timeZone = timeZone
        self.roles = roles
        self.permissions = permissions
        self.modules = modules
    }

    /// The organisation as a gate takes it.
    public var handle: MspHandle { MspHandle(id: id, slug: slug, name: name, town: town, timeZone: timeZone) }

    /// Where a person lands when choosing it.
    public var href: String { kind == "MSP" ? "/m/\(slug)/" : "/f/\(slug)" }

    /// For the structure selector.
    public var choice: OrganisationChoice { OrganisationChoice(id: id, kind: kind, slug: slug, name: name, town: town) }
}

/// A person whose credential was just proven, with every organisation of today.
public struct Person: Sendable {
    public let account: Identifier
    /// Nil when a token was presented.
    public let session: Identifier?
    /// The session or the token, for the traces.
    public let credentialID: Identifier
    public let email: String
    public let firstName: String
    public let lastName: String
    /// True when a second factor is confirmed.
    public let hasTOTP: Bool
    public let organisations: [PersonOrganisation]

    public init(
        account: Identifier, session: Identifier?, credentialID: Identifier, email: String, firstName: String, lastName: String,
        hasTOTP: Bool,
        organisations: [PersonOrganisation]
    ) {
        self.account = account
        self.session = session
        self.credentialID = credentialID
        self.email = email
        self.firstName = firstName
        self.lastName = lastName
        self.hasTOTP = hasTOTP
        self.organisations = organisations
    }

    public var displayName: String { "\(firstName) \(lastName)" }

    /// The person's MSPs, in the order of the selector.
    public var msps: [PersonOrganisation] { organisations.filter { $0.kind == "MSP" } }

    /// A federation or an authority of the person by its address; nil for any other, as if it did not exist.
    public func above(_ slug: String) -> PersonOrganisation? {
        organisations.first { $0.slug == slug && ($0.kind == "FEDERATION" || $0.kind == "AUTHORITY") }
    }
}
