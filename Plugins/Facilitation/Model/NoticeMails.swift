import Kernel

/// Why a mail leaves, as stored beside the person.
enum MailKind: String, Sendable {
    case notice = "NOTICE"
    case reminder = "REMINDER"
    case change = "CHANGE"
    case cancellation = "CANCELLATION"
    case minutes = "MINUTES"

    /// Whether it holds the programme and the links, so that whoever received it is convened.
    var convenes: Bool { self == .notice || self == .reminder || self == .change }
}

/// How the notice of a meeting stands, over all who are invited. Pure.
struct NoticeSum: Sendable, Equatable {
    var sent = 0
    var queued = 0
    var refused = 0
    var unreachable = 0
    var withoutAddress = 0

    /// « Convocation : 4 envoyées, 1 refusée »; nil before anything left.
    var sentence: String? {
        guard sent + queued + refused + unreachable > 0 else { return nil }
        var parts: [String] = []
        if sent > 0 { parts.append(French.plural(sent, "envoyée", "envoyées")) }
        if queued > 0 { parts.append("\(French.number(queued)) en cours d’envoi") }
        if refused > 0 { parts.append(French.plural(refused, "refusée", "refusées")) }
        if unreachable > 0 { parts.append("\(French.number(unreachable)) sans réponse du serveur") }
        if withoutAddress > 0 { parts.append("\(French.number(withoutAddress)) sans adresse") }
        return "Convocation\u{00A0}: " + parts.joined(separator: ", ")
    }
}
