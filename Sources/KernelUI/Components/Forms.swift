public import HTML

extension HTMLWriter {
    /// A form sent by POST, with its CSRF field. The server alone checks it, so that messages are ours.
    ///
    /// Nothing typed into it is lost: the page's script keeps a draft, a refusal or a session that ended gives it back filled in, and
    /// what somebody else changed meanwhile is shown beside it (see `docs/module-authors/forms.md`).
    ///
    /// - Parameters:
    ///   - csrf: empty on a page without a session.
    ///   - guarded: leaving it changed asks once.
    ///   - changes: false for a form that makes something new: there is no other version of it.
    ///   - hasFile: a file is sent.
    public func postForm(
        action: String, csrf: String, guarded: Bool = true, changes: Bool = true, hasFile: Bool = false, classes: String = "form",
        _ attributes: Attribute..., content: () -> Void
    ) {
        postForm(
            action: action, csrf: csrf, guarded: guarded, changes: changes, hasFile: hasFile, classes: classes, all: attributes, content)
    }

    /// The same, with its attributes as an array.
    public func postForm(
        action: String, csrf: String, guarded: Bool, changes: Bool, hasFile: Bool = false, classes: String, all attributes: [Attribute],
        _ content: () -> Void
    ) {
        form(
            attributes: [
                .when(!classes.isEmpty, .class(classes)), .method(.post), .action(action), .novalidate(), .data("form"),
                .when(guarded, .data("guard")), .when(hasFile, .enctype(.multipart)),
            ] + attributes
        ) {
            if !csrf.isEmpty { hiddenInput("_csrf", csrf) }
            let start = count
            content()
            formMarks(from: start, action: action, changes: changes)
        }
    }

    /// The buttons of a form: « Enregistrer » first, « Annuler » as a link to where one came from.
    public func formActions(submit label: String = "Enregistrer", cancelHref: String? = nil, others: () -> Void = {}) {
        div(.class("form__actions")) {
            button(label, kind: .main)
            others()
            if let cancelHref { a(.class("button button--quiet"), .href(cancelHref), text: "Annuler") }
        }
    }

    /// A part of a form with its title.
    public func formSection(_ title: String, content: () -> Void) {
        fieldset(.class("fieldset")) {
            legend(text: title)
            content()
        }
    }

    /// A page that asks before a serious act: what it does, to what, what will be refused and why.
    ///
    /// - Parameters:
    ///   - question: names the object: « Archiver la réunion du 12 mars ? ».
    ///   - consequences: one sentence each.
    ///   - reason: a field that asks why, when the act must say it.
    ///   - isDestructive: draws the button in the colour of refusals.
    public func confirmation(
        _ question: String, action: String, csrf: String, submit: String, cancelHref: String, consequences: [String] = [],
        reason: Field? = nil,
        reasonValue: String = "", isDestructive: Bool = false, fields: [(name: String, value: String)] = [], waiting: String? = nil
    ) {
        postForm(action: action, csrf: csrf, guarded: false, changes: false) {
            for field in fields { hiddenInput(field.name, field.value) }
            div(.class("card")) {
                h2(.class("card__title"), text: question)
                if !consequences.isEmpty { ul { for consequence in consequences { li(text: consequence) } } }
                if let reason { textareaField(reason, value: reasonValue, rows: 3, maxLength: 2_000) }
                div(.class("form__actions")) {
                    button(submit, kind: isDestructive ? .stop : .main, .when(waiting != nil, .data("wait", waiting ?? "")))
                    a(.class("button button--quiet"), .href(cancelHref), text: "Annuler")
                }
            }
        }
    }
}
