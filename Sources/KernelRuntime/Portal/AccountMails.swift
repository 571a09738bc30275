internal import HTML
internal import Kernel

/// Mails about accounts. Subjects tell nothing of the person; the link is the whole content (API-19).
///
/// The database makes the link and puts it in (`kernel.mail_link`): the server never learns its token. It takes no other tags than
/// those drawn here.
enum AccountMails {
    /// A mail whose link is still to be put in.
    struct Letter: Sendable {
        let subject: String
        let text: String
        let html: String
    }

    /// Stands for the address of the link.
    static let link = "__LINK__"

    static func reset() -> Letter {
        make(
            subject: "Votre mot de passe Collectif",
            lines: [
                "Bonjour,", "Vous avez demandé à choisir un nouveau mot de passe. Ce lien est valable une heure et ne sert qu’une fois.",
            ], button: "Choisir un mot de passe",
            foot: "Si vous n’êtes pas à l’origine de cette demande, ignorez ce message\u{A0}: rien ne change.")
    }

    /// - Parameter days: how long the link lasts.
    static func invitation(organisation: String, inviter: String, days: Int) -> Letter {
        make(
            subject: "Invitation à rejoindre \(organisation)",
            lines: [
                "Bonjour,", "\(inviter) vous invite à rejoindre \(organisation) sur Collectif, l’outil de coordination de l’équipe.",
                "Ce lien est personnel, valable \(days) jours, et ne sert qu’une fois.",
            ], button: "Rejoindre l’équipe",
            foot:
                "Vous recevez ce message parce que votre adresse a été indiquée par cette structure. Sans suite de votre part, rien ne se passe."
        )
    }

    private static func make(subject: String, lines: [String], button: String, foot: String) -> Letter {
        let h = HTMLWriter(capacity: 2_048)
        h.doctype()
        h.html(.lang("fr")) {
            h.head {
                h.meta(.charset("utf-8"))
                h.title(text: subject)
            }
            h.body {
                for line in lines { h.p(text: line) }
                h.p { h.a(.href(link), text: button) }
                h.p { h.small(text: foot) }
            }
        }
        return Letter(
            subject: String(subject.prefix(200)), text: (lines + [link, foot]).joined(separator: "\n\n") + "\n", html: h.string)
    }
}
