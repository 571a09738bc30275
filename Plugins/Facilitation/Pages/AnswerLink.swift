import HTML
import Kernel
import KernelUI

/// Answering a notice from the mail: three buttons, no account. Opening the page changes nothing, since mail programs open links.
enum AnswerLink {
    static func show(_ request: LinkRequest) async throws -> PageResponse {
        let reading = try await request.read(LinkScreen.query(request.msp.id, invitation: request.subject))
        guard let rows = reading.results.first else { throw Refusal.notFound }
        let screen = try LinkScreen(rows)
        let proposed = request.web.query["choix"].flatMap(Choice.init(rawValue:))
        let access = reading.access
        let token = request.token
        return .bare(
            BarePage(title: "Votre réponse") { html in
                html.div(.class("presence")) {
                    html.linkHead(
                        access, title: screen.title, startsAt: screen.startsAt, place: screen.place, isRemote: screen.videoURL != nil)
                    if screen.isCancelled {
                        html.message("Cette réunion est annulée.", tone: .stop)
                    } else if !screen.takesAnswers {
                        html.message(
                            MeetingStatus(rawValue: screen.status)?.isAhead ?? false && screen.actualStart == nil
                                ? "Les réponses ne sont pas encore ouvertes pour cette réunion."
                                : "La réunion a commencé ou a déjà eu lieu\u{A0}: la réponse ne peut plus changer.", tone: .note)
                    } else {
                        draw(screen, proposed: proposed, token: token, html)
                    }
                }
            })
    }

    private static func draw(_ screen: LinkScreen, proposed: Choice?, token: String, _ html: HTMLWriter) {
        let answered = Choice.allCases.first { $0.code == screen.answer }
        if let answered, proposed == nil || proposed == answered {
            html.p(.class("presence__done"), .role("status")) {
                html.span(text: "Votre réponse est enregistrée\u{A0}: \(answered.label.lowercased())")
            }
            html.p(.class("presence__facts"), text: "\(screen.name), vous pouvez la changer jusqu’à la réunion.")
            if answered != .no, screen.startsAt != nil {
                html.a(
                    .class("button", "button--block", "button--large"), .href("/l/\(Places.Link.answer)/\(token)/reunion.ics"),
                    text: "Ajouter à mon agenda")
            }
            choices(Choice.allCases.filter { $0 != answered }, token: token, html)
        } else {
            html.p(text: "\(screen.name), serez-vous là\u{202F}?")
            if let proposed {
                html.postForm(action: "/l/\(Places.Link.answer)/\(token)", csrf: "", guarded: false, classes: "") {
                    html.button(
                        .class("presence__button"), .type(.submit), .name("choix"), .value(proposed.rawValue), text: sentence(proposed))
                }
                choices(Choice.allCases.filter { $0 != proposed }, token: token, html)
            } else {
                choices(Choice.allCases, token: token, html)
            }
        }
    }

    /// What the large button says.
    private static func sentence(_ choice: Choice) -> String {
        switch choice {
        case .yes: "Oui, je serai là"
        case .no: "Non, je ne peux pas"
        case .maybe: "Peut-être"
        }
    }

    private static func choices(_ choices: [Choice], token: String, _ html: HTMLWriter) {
        html.postForm(action: "/l/\(Places.Link.answer)/\(token)", csrf: "", guarded: false, classes: "stack stack--tight") {
            for choice in choices {
                html.button(
                    .class("button", "button--block", "button--large"), .type(.submit), .name("choix"), .value(choice.rawValue),
                    text: sentence(choice))
            }
        }
    }

    /// The meeting as a calendar file.
    static func calendar(_ request: LinkRequest) async throws -> PageResponse {
        let reading = try await request.read(LinkScreen.query(request.msp.id, invitation: request.subject))
        guard let rows = reading.results.first, let file = try LinkScreen(rows).calendar(request.msp, now: request.web.now) else {
            throw Refusal.notFound
        }
        return .file(bytes: Array(file.text.utf8), mediaType: CalendarFile.mediaType, name: CalendarFile.name, inline: false)
    }

    static func record(_ request: LinkRequest) async throws -> PageResponse {
        guard let choice = request.web.form["choix"].flatMap(Choice.init(rawValue:)) else {
            throw Refusal.invalid("choix", "Choisissez oui, non ou peut-être.")
        }
        let invitation = request.subject
        try await request.write { unit in
            try await Answers.recordByLink(invitation, choice, unit)
        }
        return .redirect("/l/\(Places.Link.answer)/\(request.token)", nil)
    }
}
