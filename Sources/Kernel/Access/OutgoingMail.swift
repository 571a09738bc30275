/// A mail to send. Subject and body carry no health and no money detail.
public struct OutgoingMail: Sendable {
    /// The person in whose name it is written.
    public struct Sender: Sendable {
        /// Shown as the sender; the address stays the installation's.
        public let name: String
        /// Where an answer goes; nil when the person has no address.
        public let replyTo: String?

        public init(name: String, replyTo: String?) {
            self.name = name
            self.replyTo = replyTo
        }
    }

    /// What it is about, given back in `core.mail_answered`.
    public struct Subject: Sendable {
        /// `module.kind` of mail.
        public let type: String
        public let id: Identifier

        public init(_ type: String, _ id: Identifier) {
            self.type = type
            self.id = id
        }
    }

    /// Idempotency key inside the MSP.
    public let key: String
    public let recipient: String
    public let subject: String
    public let text: String
    public let html: String
    /// When it may leave; nil for now.
    public let dueAt: Instant?
    public let sender: Sender?
    /// Attached as a file that calendar programs understand.
    public let calendar: CalendarFile?
    public let about: Subject?

    public init(
        key: String, recipient: String, subject: String, text: String, html: String, dueAt: Instant? = nil, sender: Sender? = nil,
        calendar: CalendarFile? = nil, about: Subject? = nil
    ) {
        self.key = key
        self.recipient = recipient
        self.subject = subject
        self.text = text
        self.html = html
        self.dueAt = dueAt
        self.sender = sender
        self.calendar = calendar
        self.about = about
    }
}

/// Whether the mail server took a mail.
public enum MailOutcome: String, Sendable {
    case sent, refused
    /// Given up after two days without an answer.
    case unreachable

    /// Published for each mail that says what it is about (`OutgoingMail.about`), once its fate is known.
    public static let event = EventType(
        "core.mail_answered", summary: "The mail server accepted or refused a mail, or it was given up.",
        sample: .object([
            ("mail", .string("01980000-0000-7000-8000-000000000001")), ("type", .string("facilitation.notice")),
            ("about", .string("01980000-0000-7000-8000-000000000002")), ("outcome", .string("refused")), ("reply", .string("550 5.1.1")),
            ("at", .string("2026-11-27T12:30:00Z")),
        ]))
}
