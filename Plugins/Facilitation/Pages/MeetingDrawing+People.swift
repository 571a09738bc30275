import HTML
import Kernel
import KernelUI

/// Who is invited, what they answered, and the form that invites.
extension MeetingDrawing {
    func people() {
        html.section(.class("card"), .id("personnes"), .aria(.labelledby, "titre-personnes")) {
            html.h2(.class("card__title"), .id("titre-personnes")) {
                html.text(status == .held || status == .closed ? "Présences" : "Personnes invitées")
                html.span(.class("count"), text: "\(screen.invited.count)")
            }
            if screen.people.isEmpty {
                html.p(.class("soft"), text: "Personne n’est encore invité.")
            } else {
                html.p(text: status == .held || status == .closed ? presenceSum : answerSum)
                if status == .convened { notices() }
                html.ul(.class("attendees")) {
                    for line in screen.people {
                        person(line)
                        if let invitation = line.invitation, line.mail?.hasFailed ?? (line.email == nil && status == .convened), drives,
                            access.can(Permissions.convene)
                        {
                            html.li {
                                html.resendForm(
                                    action: "\(href)/\(Acts.resend)", csrf: access.csrf, email: line.email ?? "", reply: line.mailReply,
                                    fields: [("invitation", invitation.description)], id: invitation.description)
                            }
                        }
                    }
                }
            }
            if status.isAhead, drives { invitationForm() }
            if MeetingType.of(head.type).isAssembly, status.isAhead { waivers() }
            if status == .convened, drives, head.actualStart == nil, screen.toRemind > 0, access.can(Permissions.convene) {
                html.postForm(access, to: "\(href)/\(Acts.remind)") {
                    html.button(.class("button"), .type(.submit)) {
                        html.text("Relancer \(Say.count(screen.toRemind, "personne", "personnes"))")
                    }
                }
            }
        }
    }

    /// Who waived the delay of the assembly, and where a waiver is noted.
    private func waivers() {
        if !head.waivers.isEmpty { html.p(text: "Renoncent au délai de convocation\u{A0}: \(head.waivers.joined(separator: ", ")).") }
        if drives, access.can(Permissions.convene) {
            html.p(.class("small")) { html.a(.href("\(href)/\(Acts.waive)"), text: "Noter la renonciation d’un associé au délai") }
            html.p(.class("small")) {
                html.a(.href(access.msp.path("equipe/\(AssemblyRuleRecord.record.path)")), text: "Délai de convocation de vos statuts")
            }
        }
    }

    /// Whether people were asked to answer: nobody is late with an answer before.
    private var isAsked: Bool { status == .convened || screen.invited.contains { $0.notified || $0.mail != nil } }

    /// « 7 oui, 1 non, 3 sans réponse ».
    private var answerSum: String {
        if !isAsked, !screen.invited.isEmpty, screen.invited.allSatisfy({ $0.answer == "NONE" }) {
            return "Personne n’est encore convoqué."
        }
        let parts = [("YES", "oui"), ("NO", "non"), ("MAYBE", "peut-être"), ("NONE", "sans réponse")]
        let said = parts.compactMap { code, word in
            let count = screen.answers(code)
            return count > 0 ? "\(count)\u{00A0}\(word)" : nil
        }
        return said.isEmpty ? "Personne n’est invité." : said.joined(separator: ", ")
    }

    private var presenceSum: String {
        let present = screen.present.count
        let share = Participation(invited: screen.invited.count, present: screen.invited.count(where: \.isPresent)).percent
        let sum = Say.count(present, "personne présente", "personnes présentes")
        return share.map { "\(sum), soit \($0)\u{202F}% des personnes invitées" } ?? sum
    }

    /// How the notice stands, and who has none: an assembly must know before it begins.
    private func notices() {
        if let sentence = screen.noticeSum.sentence { html.p(.class("soft"), text: sentence) }
        let missing = screen.notConvened
        guard !missing.isEmpty, head.actualStart == nil else { return }
        let isAssembly = MeetingType.of(head.type).isAssembly
        html.message(
            (isAssembly ? "Assemblée\u{00A0}: sans convocation à ce jour\u{00A0}: " : "Sans convocation à ce jour\u{00A0}: ")
                + missing.map(\.name).joined(separator: ", ") + ".", tone: isAssembly ? .stop : .warn)
    }

    private func person(_ line: MeetingScreen.PersonLine) {
        html.li(.class("attendee")) {
            html.personBadge(line)
            if line.invitation != nil { html.mailChip(line.mail) }
            if let state = line.state {
                html.presenceChip(state)
            } else if line.answer != "NONE" || isAsked {
                html.answerChip(line.answer)
            }
        }
    }

    /// One small form: a person, a group, a profession or a role; or somebody from outside.
    private func invitationForm() {
        html.details(.class("details"), .open(screen.people.isEmpty)) {
            html.summary(.data("shortcut", "i"), text: "Inviter")
            html.postForm(access, to: "\(href)/\(Acts.invite)", .class("form"), .id("inviter")) {
                picker(
                    "professional", "Une personne",
                    team.map { ($0.id.description, "\($0.name), \(CodeList.profession.label($0.profession))") }
                )
                picker("group", "Un groupe", groups.map { ($0.id.description, "\($0.name) (\($0.size))") })
                picker("profession", "Une profession", professionsOfTeam)
                picker("role", "Un rôle", Codes.role.codes.map { ($0.code, $0.label) })
                html.fieldset(.class("fieldset")) {
                    html.legend(text: "Quelqu’un de l’extérieur")
                    html.entry("guest_name", "Nom", max: 160)
                    html.entry("guest_job", "Fonction", max: 120)
                    html.entry("guest_organisation", "Structure", max: 160)
                    html.entry("guest_email", "Adresse de messagerie", max: 254, type: .email)
                }
                html.div(.class("form__actions")) {
                    html.button(.class("button"), .type(.submit), text: "Inviter")
                }
            }
        }
    }

    private var professionsOfTeam: [(String, String)] {
        let held = Set(team.map(\.profession))
        return CodeList.profession.codes.filter { held.contains($0.code) }.map { ($0.code, $0.label) }
    }

    private func picker(_ name: String, _ label: String, _ options: [(String, String)]) {
        guard !options.isEmpty else { return }
        html.div(.class("field")) {
            html.label(.class("field__label"), .for("inviter-\(name)"), text: label)
            html.select(.class("select"), .id("inviter-\(name)"), .name(name)) {
                html.option(.value(""), text: "—")
                for (value, label) in options { html.option(.value(value), text: label) }
            }
        }
    }
}

extension HTMLWriter {
    /// Initials, name, profession or function.
    func personBadge(_ line: MeetingScreen.PersonLine) {
        let role =
            line.isGuest
            ? [line.profession, line.organisation ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
            : CodeList.profession(of: line.profession)
        person(name: line.name, role: role)
    }

    /// What the person answered.
    func answerChip(_ answer: String) {
        switch answer {
        case "YES": chip("Oui", tone: .done)
        case "NO": chip("Non", tone: .stop)
        case "MAYBE": chip("Peut-être", tone: .note)
        default: chip("Sans réponse", tone: .soft)
        }
    }

    /// Whether the person was there.
    func presenceChip(_ state: String) {
        let tone: Tone =
            switch state {
            case "PRESENT": .done
            case "ABSENT": .warn
            default: .soft
            }
        chip(Codes.attendanceState.label(state), tone: tone)
    }

    /// A line of text with its label.
    func entry(_ name: String, _ caption: String, max: Int, type: InputType = .text, value: String = "", required: Bool = false) {
        div(.class("field")) {
            label(.class("field__label"), .for("champ-\(name)"), text: caption)
            input(
                .class("input"), .id("champ-\(name)"), .name(name), .type(type), .most(max), .value(value), .required(required),
                .autocomplete("off"))
        }
    }
}
