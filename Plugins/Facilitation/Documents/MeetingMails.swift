import HTML
import Kernel

/// A mail ready to send: subject, plain text, HTML.
struct MeetingMail: Sendable {
    /// Kind of meeting and day at most: subjects are read by anybody who sees the screen (compliance API-19).
    let subject: String
    let text: String
    let html: String
}

/// The mails of a meeting. Situations appear by number and theme alone, never by initials: ordinary mail is not a secure channel.
enum MeetingMails {
    /// The notice, with the buttons « Oui », « Non », « Peut-être » and the personal link to sign presence.
    static func notice(_ screen: MeetingScreen, to name: String, msp: MspHandle, answerLink: String, presenceLink: String) -> MeetingMail {
        compose(
            subject: "Convocation – \(subject(screen, msp))", greeting: name, msp: msp,
            intro: "Vous êtes invité·e à la réunion suivante.", screen: screen, answerLink: answerLink, presenceLink: presenceLink,
            showsProgramme: true)
    }

    /// The reminder to whoever did not answer.
    static func reminder(_ screen: MeetingScreen, to name: String, msp: MspHandle, answerLink: String) -> MeetingMail {
        compose(
            subject: "Rappel – \(subject(screen, msp))", greeting: name, msp: msp, intro: "Nous n’avons pas encore reçu votre réponse.",
            screen: screen, answerLink: answerLink, presenceLink: nil, showsProgramme: false)
    }

    /// A new date: earlier answers no longer count.
    static func moved(_ screen: MeetingScreen, to name: String, msp: MspHandle, answerLink: String, presenceLink: String) -> MeetingMail {
        compose(
            subject: "Nouvelle date – \(subject(screen, msp))", greeting: name, msp: msp,
            intro: "La date ou le lieu de cette réunion a changé. Merci de répondre à nouveau.", screen: screen, answerLink: answerLink,
            presenceLink: presenceLink, showsProgramme: false)
    }

    /// The cancellation.
    static func cancelled(_ screen: MeetingScreen, to name: String, msp: MspHandle) -> MeetingMail {
        compose(
            subject: "Réunion annulée – \(subject(screen, msp))", greeting: name, msp: msp, intro: "Cette réunion est annulée.",
            screen: screen,
            answerLink: nil, presenceLink: nil, showsProgramme: false)
    }

    /// The minutes are there; the link opens them without an account.
    static func minutes(_ screen: MeetingScreen, to name: String, msp: MspHandle, link: String) -> MeetingMail {
        compose(
            subject: "Compte-rendu disponible – \(subject(screen, msp))", greeting: name, msp: msp,
            intro: "Le compte-rendu de cette réunion est disponible pendant trente jours à l’adresse ci-dessous.", screen: screen,
            answerLink: nil, presenceLink: nil,
            showsProgramme: false, readLink: link)
    }

    // MARK: Shared steps

    /// « Réunion d’équipe du 27 novembre 2026 »: the title typed by somebody stays out of the subject.
    private static func subject(_ screen: MeetingScreen, _ msp: MspHandle) -> String {
        MeetingTitle.text(
            type: MeetingType.of(screen.head.type), day: screen.head.startsAt.map { LocalTime($0, zone: msp.timeZone).date })
    }

    private static func facts(_ screen: MeetingScreen, _ msp: MspHandle) -> [(String, String)] {
        var facts: [(String, String)] = [("Réunion", screen.head.title)]
        if let start = screen.head.startsAt {
            facts.append(("Date", French.longDateTime(LocalTime(start, zone: msp.timeZone))))
            facts.append(("Durée", French.duration(minutes: screen.head.plannedMinutes)))
        }
        if !screen.head.place.isEmpty { facts.append(("Lieu", screen.head.place)) }
        facts.append(("Organisateur", screen.head.organiser))
        return facts
    }

    private static func programme(_ screen: MeetingScreen, _ msp: MspHandle) -> [String] {
        screen.accepted.filter { $0.kind != "CASE" }.map { item in
            item.plannedMinutes.map { "\(item.title) (\(French.duration(minutes: $0)))" } ?? item.title
        }
            + screen.cases.map { line in
                let time = line.slotStart.map { French.clock(LocalTime($0, zone: msp.timeZone)) + " " } ?? ""
                return "\(time)\(line.code) – \(Codes.rcpTheme.label(line.theme))"
            }
    }

    private static func compose(
        subject: String, greeting: String, msp: MspHandle, intro: String, screen: MeetingScreen, answerLink: String?, presenceLink: String?,
        showsProgramme: Bool, readLink: String? = nil
    ) -> MeetingMail {
        let facts = facts(screen, msp)
        let points = showsProgramme ? programme(screen, msp) : []
        // The video address goes with invitations only, never with a cancellation or minutes.
        let video = answerLink == nil ? nil : screen.head.videoURL
        let anonymity = showsProgramme && !screen.cases.isEmpty
        return MeetingMail(
            subject: subject,
            text: text(greeting, msp, intro, facts, points, video, anonymity, answerLink, presenceLink, readLink),
            html: html(subject, greeting, msp, intro, facts, points, video, anonymity, answerLink, presenceLink, readLink))
    }

    private static let anonymityReminder = "Une situation dont l’accord n’est pas recueilli se présente de façon anonyme."

    private static func text(
        _ name: String, _ msp: MspHandle, _ intro: String, _ facts: [(String, String)], _ points: [String], _ video: String?,
        _ anonymity: Bool, _ answerLink: String?, _ presenceLink: String?, _ readLink: String?
    ) -> String {
        var lines = ["Bonjour \(name),", "", intro, ""]
        lines += facts.map { "\($0.0)\u{00A0}: \($0.1)" }
        if let video { lines.append("Lien visio\u{00A0}: \(video)") }
        if !points.isEmpty { lines += ["", "Ordre du jour\u{00A0}:"] + points.map { "- \($0)" } }
        if anonymity { lines += ["", anonymityReminder] }
        if let answerLink {
            lines += ["", "Votre réponse, en un geste et sans compte\u{00A0}:"]
            lines += Choice.allCases.map { "\($0.label)\u{00A0}: \(answerLink)?choix=\($0.rawValue)" }
        }
        if let presenceLink { lines += ["", "Le jour venu, signalez votre présence\u{00A0}: \(presenceLink)"] }
        if let readLink { lines += ["", readLink] }
        lines += ["", msp.name, "Ces liens vous sont personnels\u{00A0}: ne transférez pas ce message."]
        return lines.joined(separator: "\n")
    }

    private static func html(
        _ title: String, _ name: String, _ msp: MspHandle, _ intro: String, _ facts: [(String, String)], _ points: [String],
        _ video: String?,
        _ anonymity: Bool, _ answerLink: String?, _ presenceLink: String?, _ readLink: String?
    ) -> String {
        let h = HTMLWriter(capacity: 4096)
        h.doctype()
        h.html(.lang("fr")) {
            h.head {
                h.meta(.charset("utf-8"))
                h.title(text: title)
            }
            h.body {
                h.p(text: "Bonjour \(name),")
                h.p(text: intro)
                h.ul {
                    for (label, value) in facts {
                        h.li {
                            h.strong(text: "\(label)\u{00A0}: ")
                            h.text(value)
                        }
                    }
                }
                if let video { h.p { h.a(.href(video), text: "Rejoindre en visio") } }
                if !points.isEmpty {
                    h.p { h.strong(text: "Ordre du jour") }
                    h.ol { for point in points { h.li(text: point) } }
                }
                if anonymity { h.p(text: anonymityReminder) }
                if let answerLink {
                    h.p(text: "Votre réponse, en un geste et sans compte\u{00A0}:")
                    h.p {
                        for choice in Choice.allCases {
                            h.a(.href("\(answerLink)?choix=\(choice.rawValue)")) { h.strong(text: choice.label) }
                            h.text("\u{00A0}\u{00A0} ")
                        }
                    }
                }
                if let presenceLink { h.p { h.a(.href(presenceLink), text: "Le jour venu, signaler ma présence") } }
                if let readLink { h.p { h.a(.href(readLink), text: "Lire le compte-rendu") } }
                h.p(text: msp.name)
                h.p { h.small(text: "Ces liens vous sont personnels\u{00A0}: ne transférez pas ce message.") }
            }
        }
        return h.string
    }
}
