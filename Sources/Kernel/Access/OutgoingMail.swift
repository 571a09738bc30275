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
public enum MailOutcome: String, Sendable, CaseIterable {
    case sent, refused
    /// Given up after two days without an answer.
    case unreachable

    /// Published for each mail that says what it is about (`OutgoingMail.about`), once its fate is known.
    public static let event = Event(
        "core.mail_answered", summary: "The mail server accepted or refused a mail, or it was given up.",
        Shape<MailAnswer>.object(
            isOpen: true, ShapeMember("mail", .id) { $0.mail }, ShapeMember("type", .text()) { $0.type },
            ShapeMember("about", .id) { $0.about }, ShapeMember("outcome", .code(allCases.map(\.rawValue))) { $0.outcome.rawValue },
            ShapeMember("reply", Shape<String>.text(10_000).optional) { $0.reply }, ShapeMember("at", .instant) { $0.at },
            make: { MailAnswer(mail: $0, type: $1, about: $2, outcome: Self(rawValue: $3) ?? .refused, reply: $4, at: $5) }),
        sample: MailAnswer(
            mail: .derived(from: "sample.1"), type: "facilitation.notice", about: .derived(from: "sample.2"), outcome: .refused,
            reply: "550 5.1.1", at: Instant(microseconds: 1_795_782_600_000_000)))
}

/// What became of one mail.
public struct MailAnswer: Sendable {
    public let mail: Identifier
    /// What it was about, and which of it (`OutgoingMail.Subject`).
    public let type: String
    public let about: Identifier
    public let outcome: MailOutcome
    /// The server's own words; nil where there are none.
    public let reply: String?
    public let at: Instant

    public init(mail: Identifier, type: String, about: Identifier, outcome: MailOutcome, reply: String?, at: Instant) {
        self.mail = mail
        self.type = type
        self.about = about
        self.outcome = outcome
        self.reply = reply
        self.at = at
    }
}
