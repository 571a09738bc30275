import HTML
import Kernel
import KernelUI

/// A mail ready to send: subject, plain text, HTML.
struct MeetingMail: Sendable {
    /// Kind of meeting and day at most: subjects are read by anybody who sees the screen (compliance API-19).
    let subject: String
    let text: String
    let html: String
    /// The organiser, who gets the answers by mail.
    let sender: OutgoingMail.Sender
    var calendar: CalendarFile?
}

/// The mails of a meeting. Situations appear by number and theme alone, never by initials: ordinary mail is not a secure channel.
enum MeetingMails {
    /// One meeting as one person is told of it.
    struct Invite: Sendable {
        let screen: MeetingScreen
        /// Nil where no answer is asked.
        var answerLink: String?
        var presenceLink: String?
    }

    /// The notice, with the buttons « Oui », « Non », « Peut-être » and the personal link to sign presence.
    static func notice(_ invite: Invite, to name: String, msp: MspHandle, now: Instant) -> MeetingMail {
        make(
            Letter(
                subject: "Convocation – \(subject(invite.screen, msp))", name: name, intro: "Vous êtes invité·e à la réunion suivante.",
                invites: [invite], showsProgramme: true), msp, calendar: calendar([invite], msp, now))
    }

    /// One notice for several meetings planned together: one answer for each, one calendar file for all.
    static func series(_ invites: [Invite], to name: String, msp: MspHandle, now: Instant) -> MeetingMail {
        let kind = invites.first.map { MeetingType.of($0.screen.head.type).label } ?? "Réunions"
        return make(
            Letter(
                subject: "Convocation – \(kind), \(invites.count) dates", name: name,
                intro: "Vous êtes invité·e aux \(invites.count)\u{00A0}réunions suivantes. Répondez pour chaque date.", invites: invites,
                showsProgramme: true), msp, calendar: calendar(invites, msp, now))
    }

    /// The reminder to whoever did not answer: all that the notice said, so that nobody has to look for it.
    static func reminder(_ invite: Invite, to name: String, msp: MspHandle, now: Instant) -> MeetingMail {
        make(
            Letter(
                subject: "Rappel – \(subject(invite.screen, msp))", name: name, intro: "Nous n’avons pas encore reçu votre réponse.",
                invites: [invite], showsProgramme: true), msp, calendar: calendar([invite], msp, now))
    }

    /// Another date, for which earlier answers no longer count, or another place.
    static func changed(_ invite: Invite, hasMoved: Bool, to name: String, msp: MspHandle, now: Instant) -> MeetingMail {
        make(
            Letter(
                subject: "\(hasMoved ? "Nouvelle date" : "Changement") – \(subject(invite.screen, msp))", name: name,
                intro: hasMoved
                    ? "La date de cette réunion a changé. Merci de répondre à nouveau."
                    : "Le lieu ou la durée de cette réunion a changé. Votre réponse reste valable.", invites: [invite],
                showsProgramme: true), msp, calendar: calendar([invite], msp, now))
    }

    /// The cancellation, with its reason: people ask for it otherwise.
    static func cancelled(_ screen: MeetingScreen, reason: String?, to name: String, msp: MspHandle, now: Instant) -> MeetingMail {
        let event = MeetingCalendar.event(screen.head, msp, isCancelled: true)
        return make(
            Letter(
                subject: "Réunion annulée – \(subject(screen, msp))", name: name, intro: "Cette réunion est annulée.",
                reason: reason.map { "Motif\u{00A0}: \($0)" }, invites: [Invite(screen: screen)]), msp,
            calendar: event.map { CalendarFile([$0], stamp: now) })
    }

    /// The minutes are there; the link opens them without an account.
    static func minutes(_ screen: MeetingScreen, to name: String, msp: MspHandle, link: String) -> MeetingMail {
        make(
            Letter(
                subject: "Compte-rendu disponible – \(subject(screen, msp))", name: name,
                intro: "Le compte-rendu de cette réunion est disponible pendant trente jours.", invites: [Invite(screen: screen)],
                readLink: link), msp, calendar: nil)
    }

    // MARK: What a mail says

    private struct Letter {
        let subject: String
        let name: String
        let intro: String
        var reason: String?
        let invites: [Invite]
        var showsProgramme = false
        var readLink: String?
    }

    private static let anonymity = "Une situation dont l’accord n’est pas recueilli se présente de façon anonyme."
    private static let question = "Serez-vous là\u{202F}? Un geste suffit, sans compte."
    private static let personal = "Ces liens vous sont personnels\u{00A0}: ne transférez pas ce message."

    /// « Réunion d’équipe du 27 novembre 2026 »: the title typed by somebody stays out of the subject.
    private static func subject(_ screen: MeetingScreen, _ msp: MspHandle) -> String {
        MeetingTitle.text(
            type: MeetingType.of(screen.head.type),
            day: (screen.head.actualStart ?? screen.head.startsAt).map { LocalTime($0, zone: msp.timeZone).date })
    }

    private static func calendar(_ invites: [Invite], _ msp: MspHandle, _ now: Instant) -> CalendarFile? {
        let events = invites.compactMap { MeetingCalendar.event($0.screen.head, msp) }
        return events.isEmpty ? nil : CalendarFile(events, stamp: now)
    }

    /// When, and where.
    private static func facts(_ screen: MeetingScreen, _ msp: MspHandle) -> (String, String) {
        let when =
            (screen.head.actualStart ?? screen.head.startsAt).map {
                "\(French.longDateTime(LocalTime($0, zone: msp.timeZone))), \(French.duration(minutes: screen.head.plannedMinutes))"
            } ?? "Date à fixer"
        return (when.prefix(1).uppercased() + when.dropFirst(), screen.head.place)
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

    /// Why one receives it, and how to change that.
    private static func foot(_ letter: Letter, _ msp: MspHandle) -> [String] {
        guard let head = letter.invites.first?.screen.head else { return [msp.name] }
        let meetings = letter.invites.count > 1 ? "ces réunions" : "cette réunion"
        let change =
            head.organiserAddress == nil
            ? "Pour corriger votre adresse ou ne plus être invité·e, adressez-vous à la coordination de la structure."
            : "Pour corriger votre adresse ou ne plus être invité·e, répondez à ce message\u{00A0}: il arrive à \(head.organiser)."
        let hasLinks = letter.readLink != nil || letter.invites.contains { $0.answerLink != nil }
        return ["Vous recevez ce message parce que \(head.organiser) vous a invité·e à \(meetings) (\(msp.name)).", change]
            + (hasLinks ? [personal] : [])
    }

    private static func make(_ letter: Letter, _ msp: MspHandle, calendar: CalendarFile?) -> MeetingMail {
        let head = letter.invites.first?.screen.head
        let name = head.map { "\($0.organiser) – \(msp.name)" } ?? msp.name
        return MeetingMail(
            subject: letter.subject, text: text(letter, msp), html: html(letter, msp),
            sender: OutgoingMail.Sender(name: String(name.prefix(120)), replyTo: head?.organiserAddress), calendar: calendar)
    }

    private static func text(_ letter: Letter, _ msp: MspHandle) -> String {
        var lines = ["Bonjour \(letter.name),", "", letter.intro]
        if let reason = letter.reason { lines.append(reason) }
        for invite in letter.invites {
            let (when, place) = facts(invite.screen, msp)
            let isDefault = invite.screen.head.title == subject(invite.screen, msp)
            lines += letter.invites.count == 1 || !isDefault ? ["", invite.screen.head.title, when] : ["", when]
            if !place.isEmpty { lines.append("Lieu\u{00A0}: \(place)") }
            // The video address goes with invitations only, never with a cancellation or minutes.
            if let answer = invite.answerLink {
                if let video = invite.screen.head.videoURL { lines.append("Lien visio\u{00A0}: \(video)") }
                if letter.showsProgramme, !hasOneProgramme(letter, msp) { lines += programmeLines(invite.screen, msp) }
                if letter.invites.count == 1 { lines += ["", question] }
                lines += Choice.allCases.map { "\($0.label)\u{00A0}: \(answer)?choix=\($0.rawValue)" }
            }
            if let link = invite.presenceLink { lines += ["", "Le jour venu, signalez votre présence\u{00A0}: \(link)"] }
        }
        if hasOneProgramme(letter, msp), let first = letter.invites.first { lines += programmeLines(first.screen, msp) }
        if let link = letter.readLink { lines += ["", link] }
        return (lines + ["", "—"] + foot(letter, msp)).joined(separator: "\n")
    }

    private static func programmeLines(_ screen: MeetingScreen, _ msp: MspHandle) -> [String] {
        let points = programme(screen, msp)
        return (points.isEmpty ? [] : ["", "Ordre du jour\u{00A0}:"] + points.map { "- \($0)" })
            + (screen.cases.isEmpty ? [] : ["", anonymity])
    }

    private static func html(_ letter: Letter, _ msp: MspHandle) -> String {
        MailLayout.page(title: letter.subject, foot: foot(letter, msp)) { h in
            h.mailText("Bonjour \(letter.name),")
            h.mailText(letter.intro)
            if let reason = letter.reason { h.mailText(reason) }
            for invite in letter.invites { draw(invite, letter, msp, h) }
            if hasOneProgramme(letter, msp), let first = letter.invites.first { drawProgramme(first.screen, msp, h) }
            if let link = letter.readLink { h.mailButton("Lire le compte-rendu", href: link) }
        }
    }

    /// Dates planned together mostly have the same programme: it is said once, after them.
    private static func hasOneProgramme(_ letter: Letter, _ msp: MspHandle) -> Bool {
        letter.showsProgramme && letter.invites.count > 1
            && Set(letter.invites.map { programmeLines($0.screen, msp) }).count == 1
    }

    private static func drawProgramme(_ screen: MeetingScreen, _ msp: MspHandle, _ h: HTMLWriter) {
        let points = programme(screen, msp)
        if !points.isEmpty {
            h.mailHeading("Ordre du jour")
            h.mailPoints(points)
        }
        if !screen.cases.isEmpty { h.mailText(anonymity) }
    }

    private static func draw(_ invite: Invite, _ letter: Letter, _ msp: MspHandle, _ h: HTMLWriter) {
        let (when, place) = facts(invite.screen, msp)
        let isDefault = invite.screen.head.title == subject(invite.screen, msp)
        if letter.invites.count == 1 || !isDefault { h.mailHeading(invite.screen.head.title) }
        h.mailFacts(when, place)
        guard let answer = invite.answerLink else { return }
        let links = Choice.allCases.map { (label: $0.label, href: "\(answer)?choix=\($0.rawValue)") }
        if letter.invites.count > 1 {
            h.mailButtons(links)
        } else {
            h.mailText(question)
            for (index, link) in links.enumerated() { h.mailButton(link.label, href: link.href, isMain: index == 0) }
        }
        if let video = invite.screen.head.videoURL { h.p(.inMail("margin:0 0 16px")) { h.a(.href(video), text: "Rejoindre en visio") } }
        if letter.showsProgramme, !hasOneProgramme(letter, msp) { drawProgramme(invite.screen, msp, h) }
        if let link = invite.presenceLink {
            h.p(.inMail("margin:0 0 16px")) { h.a(.href(link), text: "Le jour venu, signaler ma présence") }
        }
    }
}
