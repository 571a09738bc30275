/// An event a module publishes (R11): past tense, `module.noun_verb`, versioned, with a sample.
public struct EventType: Sendable {
    public let id: String
    public let version: Int
    /// One English sentence for the reference.
    public let summary: String
    /// A payload that handlers are tested with.
    public let sample: JSONValue
    /// JSON Schema of the payload; nil where it was not described.
    public let schema: JSONValue?

    public init(_ id: String, version: Int = 1, summary: String, sample: JSONValue, schema: JSONValue? = nil) {
        self.schema = schema
        self.id = id
        self.version = version
        self.summary = summary
        self.sample = sample
    }
}

/// What a handler receives.
public struct EventEnvelope: Sendable {
    /// Unique: with the handler's name it is the idempotency key.
    public let id: Identifier
    public let event: String
    public let version: Int
    public let occurredAt: Instant
    public let payload: JSONValue

    public init(id: Identifier, event: String, version: Int, occurredAt: Instant, payload: JSONValue) {
        self.id = id
        self.event = event
        self.version = version
        self.occurredAt = occurredAt
        self.payload = payload
    }
}

/// A subscription (R12). It runs in a transaction of its own, under the event's MSP, at least once;
/// the kernel records the delivery in the same transaction, so its effects happen once.
public struct EventHandler: Sendable {
    public let event: String
    /// `module.name`, unique.
    public let name: String
    /// True when the handler also runs while the module is off for the MSP: it only copies what the module will need when it
    /// is switched on again, and nothing of it shows meanwhile.
    public let keepsUp: Bool
    public let handle: @Sendable (EventEnvelope, WriteUnit) async throws -> Void

    public init(
        event: String, name: String, keepsUp: Bool = false, handle: @escaping @Sendable (EventEnvelope, WriteUnit) async throws -> Void
    ) {
        self.event = event
        self.name = name
        self.keepsUp = keepsUp
        self.handle = handle
    }
}

/// Scheduled work (R14): the kernel fans it out, one transaction per MSP where the module is on.
public struct Job: Sendable {
    /// `module.name`, unique.
    public let id: String
    /// Seconds between two runs, at least 60.
    public let everySeconds: Int
    public let run: @Sendable (WriteUnit) async throws -> Void

    public init(_ id: String, everySeconds: Int, run: @escaping @Sendable (WriteUnit) async throws -> Void) {
        self.id = id
        self.everySeconds = everySeconds
        self.run = run
    }
}

/// A named place on a page that other modules may fill (R15).
public struct SlotContribution: Sendable {
    /// Name of the place, e.g. `facilitation.meeting.side`.
    public let slot: String
    /// Permission without which the contribution is silently absent.
    public let permission: String
    /// What is read for one subject in the page's own round trip, and the drawing made of it; a throw empties this slot only.
    public let read: @Sendable (_ msp: Identifier, _ subject: Identifier) -> Read<@Sendable (Access, HTMLWriter) throws -> Void>

    public init<Value: Sendable>(
        slot: String, permission: String, read: @escaping @Sendable (_ msp: Identifier, _ subject: Identifier) -> Read<Value>,
        render: @escaping @Sendable (Value, Access, HTMLWriter) throws -> Void
    ) {
        self.slot = slot
        self.permission = permission
        self.read = { msp, subject in read(msp, subject).map { value in { access, html in try render(value, access, html) } } }
    }
}

/// What a module has at an hour of the MSP's clocks and that is still to come. It is shown before the zone changes; the event
/// `core.time_zone_changed` then asks the module to keep the hour that people read.
public struct ClockSource: Sendable {
    public let permission: String
    /// Statement giving rows `title, instant, path` (path below the MSP's address), the earliest first; at most 50.
    public let query: @Sendable (_ msp: Identifier, _ now: Instant) -> Query

    public init(permission: String, query: @escaping @Sendable (Identifier, Instant) -> Query) {
        self.permission = permission
        self.query = query
    }
}

/// A check shown by `doctor` and `/health/ready` (R18); it tells no personal data.
public struct HealthCheck: Sendable {
    public enum Kind: String, Sendable { case readiness, diagnostic }

    public let name: String
    public let kind: Kind
    /// Returns nil when well, else one sentence for the operator.
    public let check: @Sendable (PostgresPool) async -> String?

    public init(_ name: String, kind: Kind, check: @escaping @Sendable (PostgresPool) async -> String?) {
        self.name = name
        self.kind = kind
        self.check = check
    }
}

/// A deterministic scenario for demonstration MSPs (R17); running it twice changes nothing.
public struct DemoScenario: Sendable {
    public let id: String
    /// Runs once per demonstration MSP, inside one transaction under that MSP.
    public let load: @Sendable (DemoMsp, WriteUnit) async throws -> Void

    public init(_ id: String, load: @escaping @Sendable (DemoMsp, WriteUnit) async throws -> Void) {
        self.id = id
        self.load = load
    }
}

/// The demonstration MSP a scenario is asked to fill.
public struct DemoMsp: Sendable {
    /// Letter of missions.md 17.1 (`A` … `H`), or `X` for a synthetic one.
    public let key: String
    public let id: Identifier
    public let slug: String
    public let name: String
    /// Day the demonstration is played on.
    public let today: CivilDate
    public let timeZone: String

    public init(key: String, id: Identifier, slug: String, name: String, today: CivilDate, timeZone: String) {
        self.key = key
        self.id = id
        self.slug = slug
        self.name = name
        self.today = today
        self.timeZone = timeZone
    }
}
