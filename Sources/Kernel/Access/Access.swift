/// What an absolute path of an MSP's pages is made from.
public protocol MspAddress {
    /// Absolute path of a page of this MSP.
    func path(_ rest: String) -> String
}

/// Where a request knocks: the address of an MSP. What the MSP is called and which clocks it follows are known only to whoever was let in
/// (`Access.msp`), so nothing can be reckoned from an address.
public struct MspPlace: MspAddress, Sendable, Equatable {
    public let id: Identifier
    public let slug: String

    public init(id: Identifier, slug: String) {
        self.id = id
        self.slug = slug
    }

    /// Absolute path of a page of this MSP.
    public func path(_ rest: String) -> String { "/m/\(slug)/\(rest)" }
}

/// The MSP a request works in.
public struct MspHandle: MspAddress, Sendable, Equatable {
    public let id: Identifier
    public let slug: String
    public let name: String
    public let town: String
    /// IANA name; days and times at the edge follow it.
    public let timeZone: String

    public init(id: Identifier, slug: String, name: String, town: String, timeZone: String) {
        self.id = id
        self.slug = slug
        self.name = name
        self.town = town
        self.timeZone = timeZone
    }

    /// Its address alone.
    public var place: MspPlace { MspPlace(id: id, slug: slug) }

    /// Absolute path of a page of this MSP.
    public func path(_ rest: String) -> String { place.path(rest) }
}

/// An organisation the person may switch to.
public struct OrganisationChoice: Sendable, Equatable {
    public let id: Identifier
    /// `MSP`, `FEDERATION`, `AUTHORITY` or `EMPLOYER`.
    public let kind: String
    public let slug: String
    public let name: String
    public let town: String

    public init(id: Identifier, kind: String, slug: String, name: String, town: String) {
        self.id = id
        self.kind = kind
        self.slug = slug
        self.name = name
        self.town = town
    }
}

/// Proof that a credential was checked inside the transaction that answered.
///
/// Only the runtime makes one, from the row that the door of the database returned; a page cannot be drawn
/// without it.
public struct Access: Sendable {
    /// Through what the caller came.
    public enum Channel: String, Sendable { case session, token, link, job }

    public let channel: Channel
    /// Nil for links and jobs.
    public let account: Identifier?
    public let displayName: String
    /// The caller's own line in the team of this MSP, if any.
    public let professional: Identifier?
    public let roles: Set<String>
    public let permissions: Set<String>
    /// Modules switched on for this MSP, with `core`.
    public let modules: Set<String>
    public let msp: MspHandle
    /// For the structure selector; empty outside HTML.
    public let organisations: [OrganisationChoice]
    /// Anti-forgery value that every form of this caller carries; empty when there is no cookie to forge.
    public let csrf: String

    /// Made by the runtime and by tests.
    public init(
        channel: Channel, account: Identifier?, displayName: String, professional: Identifier?, roles: Set<String>,
        permissions: Set<String>, modules: Set<String>, msp: MspHandle, organisations: [OrganisationChoice] = [],
        csrf: String = ""
    ) {
        self.channel = channel
        self.account = account
        self.displayName = displayName
        self.professional = professional
        self.roles = roles
        self.permissions = permissions
        self.modules = modules
        self.msp = msp
        self.organisations = organisations
        self.csrf = csrf
    }

    /// Whether the caller holds a permission here.
    public func can(_ permission: String) -> Bool { permissions.contains(permission) }

    /// Whether a link into the evidence ledger would open.
    public var readsEvidence: Bool { can("core.evidence.read") }

    /// Civil date and time of an instant in this MSP.
    public func local(_ instant: Instant) -> LocalTime { LocalTime(instant, zone: msp.timeZone) }
}
