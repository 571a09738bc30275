import HTML
import Kernel
import KernelUI

/// The middle of the meeting day: what is said under one item, and what is decided. A decision becomes a task where it is written.
struct LiveNotes {
    let live: LiveDrawing

    private var html: HTMLWriter { live.html }
    private var screen: MeetingScreen { live.screen }
    private var access: Access { live.access }
    private var item: Identifier? { live.point.item }

    func draw() {
        let line = screen.accepted.first { $0.id == item }
        html.h2(.id("titre-notes")) {
            html.text(line?.title ?? "Points libres")
            if let line { html.span(.class("soft", "small"), text: Codes.agendaKind.label(line.kind)) }
        }
        if line?.kind == "CASE" {
            html.p(
                .class("message", "message--note"), text: "Notez la conduite décidée, jamais l’identité ni l’état de santé de la personne.")
        }
        html.ol(.class("meeting-live__lines"), .id("lignes"), .aria(.label, "Notes et décisions de ce point")) {
            for entry in entries(of: item) { html.liveEntry(entry, access: access, base: live.base, editable: live.isEditable) }
        }
        if live.isEditable {
            noteForm()
            if access.can(Permissions.writeDecisions) { decisionForm() }
        } else {
            html.p(.class("message"), text: "Le compte-rendu est diffusé\u{A0}: les notes ne changent plus.")
        }
        others()
    }

    /// Notes and decisions in the order in which they were written; a note that became a decision shows as the decision.
    private func entries(of item: Identifier?) -> [LiveEntry] {
        screen.entries(of: item)
    }

    private func noteForm() {
        html.postForm(
            action: "\(live.base)/seance/note", csrf: access.csrf, guarded: false, changes: false, classes: "form form--wide",
            .data("fetch"), .data("target", "#lignes"), .data("done", "Note ajoutée")
        ) {
            html.hiddenInput("point", live.point.text)
            html.textareaField(
                Field("Note", name: "text", id: "note"), rows: 3, maxLength: Writing.longestNote, .data("shortcut", "n"))
            html.div(.class("form__actions")) {
                html.button(.class("button"), .type(.submit), text: "Ajouter la note")
                html.span(.class("form__status"), .data("draft-status"), .aria(.live, "polite"))
                html.span(.class("form__status"), .data("status"), .role("alert"))
            }
        }
    }

    private func decisionForm() {
        html.postForm(
            action: "\(live.base)/seance/decision", csrf: access.csrf, guarded: false, changes: false,
            classes: "form form--wide decision", .when(live.source == nil, .data("fetch")), .data("target", "#lignes"),
            .data("done", "Décision enregistrée")
        ) {
            html.hiddenInput("point", live.point.text)
            if let source = live.source { html.hiddenInput("note", source.id.description) }
            html.div(.class("field")) {
                html.label(.class("field__label", "decision__label"), .for("decision"), text: "Décision")
                html.input(
                    .class("input"), .id("decision"), .name("text"), .type(.text), .most(500), .required(), .autocomplete("off"),
                    .enterkeyhint("done"), .data("shortcut", "d"), .value(live.source?.text ?? ""), .autofocus(live.source != nil))
            }
            html.div(.class("field", "field--row")) {
                html.div(.class("field", "field--grow")) {
                    html.label(.class("field__label"), .for("decision-qui"), text: "Qui s’en charge")
                    html.select(.class("select"), .id("decision-qui"), .name("owner")) {
                        html.option(.value(""), text: "Toute l’équipe (règle)")
                        for person in live.team {
                            html.option(.value(person.id.description), .selected(person.id == access.professional), text: person.name)
                        }
                    }
                }
                html.div(.class("field")) {
                    html.label(.class("field__label"), .for("decision-date"), text: "Pour le")
                    html.input(
                        .class("input", "input--short"), .id("decision-date"), .name("due_on"), .type(.date),
                        .value(access.local(live.now).date.adding(days: 15).description))
                }
                html.button(.class("button"), .type(.submit), text: "Décider")
            }
            html.p(.class("field__help")) {
                html.kbd(.class("kbd"), text: "Entrée")
                html.text(" : la décision est notée et la tâche créée.")
            }
            html.span(.class("form__status"), .data("status"), .role("alert"))
        }
    }

    /// What was written elsewhere, folded.
    private func others() {
        let items: [(String, LivePage.Point, Identifier?)] =
            screen.accepted.map { ($0.title, .item($0.id), $0.id) } + [("Points libres", .free, nil)]
        for (title, point, id) in items where point != live.point {
            let entries = entries(of: id)
            if !entries.isEmpty {
                html.details(.class("details")) {
                    html.summary(text: "\(title) (\(entries.count))")
                    html.ol(.class("meeting-live__lines")) {
                        for entry in entries {
                            html.liveEntry(entry, access: access, base: live.base, editable: false)
                        }
                    }
                    html.p { html.a(.href("\(live.base)/seance?point=\(point.text)#notes"), text: "Écrire sur ce point") }
                }
            }
        }
    }
}

/// A line under an item: a note or a decision.
enum LiveEntry: Sendable {
    case note(MeetingScreen.NoteLine)
    case decision(MeetingScreen.DecisionLine)
}

extension MeetingScreen {
    /// Notes, then decisions, of an item (nil: the free points), in the order of the writing.
    func entries(of item: Identifier?) -> [LiveEntry] {
        notes.filter { $0.item == item && $0.kind == "NOTE" }.map(LiveEntry.note)
            + decisions.filter { $0.item == item }.map(LiveEntry.decision)
    }
}

extension HTMLWriter {
    /// One line of the notes.
    func liveEntry(_ entry: LiveEntry, access: Access, base: String, editable: Bool) {
        switch entry {
        case .note(let note):
            li(.class("note-line"), .data("note", note.id.description)) {
                span(.class("note-line__time"), text: Say.clock(note.createdAt, access))
                span(.class("note-line__text"), text: note.text)
                div(.class("note-line__actions")) {
                    if editable {
                        a(
                            .class("button", "button--small", "button--quiet"),
                            .href("\(base)/seance?point=\(note.item?.description ?? "libre")&note=\(note.id)#decision"),
                            .data("to-decision"),
                            .aria(.label, "Transformer en décision\u{A0}: \(note.text.prefix(60))"), text: "Décider")
                        postForm(access, to: "\(base)/seance/retirer-note") {
                            hiddenInput("point", note.item?.description ?? "libre")
                            hiddenInput("note", note.id.description)
                            button(
                                "Retirer", kind: .quiet, size: .small, .aria(.label, "Retirer la note\u{A0}: \(note.text.prefix(60))"))
                        }
                    }
                }
            }
        case .decision(let line):
            li { decisionLine(line, access) }
        }
    }
}
