public import Postgres

/// What became of a mail to somebody. « Envoyé » means that the mail server accepted it, nothing less.
public enum MailState: String, CaseIterable, Sendable {
    case queued = "QUEUED"
    case sent = "SENT"
    case refused = "REFUSED"
    case unreachable = "UNREACHABLE"

    public init(_ outcome: MailOutcome) {
        switch outcome {
        case .sent: self = .sent
        case .refused: self = .refused
        case .unreachable: self = .unreachable
        }
    }

    /// Chip beside the person; nil where nothing is to be said.
    public var word: String? {
        switch self {
        case .queued: "en cours d’envoi"
        case .sent: nil
        case .refused: "adresse refusée"
        case .unreachable: "non distribué"
        }
    }

    /// Whether somebody has to do something.
    public var hasFailed: Bool { self == .refused || self == .unreachable }
}

/// A mail found again by the key under which it was queued, as long as it is kept: ninety days.
public struct SentMail: Sendable {
    public let state: MailState
    /// Codes of the mail server's refusal.
    public let reply: String?
    public let recipient: String

    /// How often one mail may be sent again.
    private static let most = 9

    private static func keys(_ key: String) -> [String] { [key] + (2...most).map { "\(key).\($0)" } }

    /// `any (…)` over the keys of a mail, of which `key` is the text in SQL.
    public static func any(_ key: SQL) -> SQL {
        "any (select x.key from (select " + key
            + " as first) f cross join lateral (select f.first as key union all select f.first || '.' || n from generate_series(2, 9) n) x)"
    }

    /// Columns of a mail `m`, as this reads them.
    public static let columns: SQL = "kernel.mail_fate(m.state, m.reply), m.reply, m.recipient"

    /// Reads `columns` from a place on; nil where no mail was joined.
    public init?(_ row: Row, from place: Int) throws {
        guard let state = (try row.decode(place, as: String?.self)).flatMap(MailState.init(rawValue:)) else { return nil }
        self.state = state
        reply = try row.decode(place + 1, as: String?.self)
        recipient = try row.decode(place + 2, as: String?.self) ?? ""
    }

    /// The key under which a mail is sent again; refused while the last one is on its way, or after many.
    public static func nextKey(_ key: String, _ unit: WriteUnit) async throws -> String {
        let rows = try await unit.one(
            Query(
                "select m.state from kernel.mail m where m.msp_id = $1 and m.dedupe_key = any ($2) order by m.created_at desc, m.id desc",
                .id(unit.msp), .texts(keys(key))))
        if let last = rows.first, (try last[0] as String) == "pending" {
            throw Refusal.conflict("queued", "Un message à cette personne est en cours d’envoi\u{A0}: attendez de savoir s’il est accepté.")
        }
        guard rows.count < most else { throw Refusal.conflict("often", "Ce message a déjà été renvoyé bien des fois.") }
        return rows.isEmpty ? key : "\(key).\(rows.count + 1)"
    }
}

extension WriteUnit {
    /// Corrects the address of somebody of the team where a mail did not arrive: a change of the directory, by who may make it.
    public func correctAddress(of professional: Identifier, to email: String) async throws {
        guard access.can("core.professional.write") else { throw Refusal.forbidden }
        try await follow("core.professional", on: professional, "update", ["email": .text(email)])
    }
}
