internal import HTML
internal import Kernel

/// Pages for people who are not signed in: one card, one thing to do.
enum GatePages {
    /// A card under the name of the house.
    static func card(title: String, status: Int = 200, foot: Fragment? = nil, _ content: @escaping Fragment) -> BarePage {
        BarePage(title: title, status: status) { h in
            h.p(.class("gate__brand"), text: "Collectif")
            h.div(.class("card gate__card")) {
                h.h1(text: title)
                h.render(content)
            }
            if let foot { h.div(.class("gate__foot")) { h.render(foot) } }
        }
    }

    static func signIn(form: PortalForm, suite: String, csrf: String, status: Int = 200) -> BarePage {
        card(
            title: "Connexion", status: status,
            foot: { h in h.a(.href("/mot-de-passe-oublie"), text: "Mot de passe oublié ou jamais choisi") }
        ) { h in
            h.portalForm(action: "/connexion", csrf: csrf, button: "Se connecter", form: form) {
                h.input(.type(.hidden), .name("suite"), .value(suite))
                h.portalField(
                    "email", label: "Adresse électronique", type: .email, form: form, autocomplete: "username", maxlength: 254, autofocus: true)
                h.portalField(
                    "mot_de_passe", label: "Mot de passe", type: .password, form: form, autocomplete: "current-password", maxlength: 200)
            }
        }
    }

    static func code(step: String, form: PortalForm, suite: String, csrf: String, status: Int = 200) -> BarePage {
        card(
            title: "Code de vérification", status: status, foot: { h in h.a(.href("/connexion"), text: "Recommencer avec un autre compte") }
        ) { h in
            h.portalForm(action: "/connexion/code", csrf: csrf, button: "Continuer", form: form) {
                h.input(.type(.hidden), .name("suite"), .value(suite))
                h.input(.type(.hidden), .name("etape"), .value(step))
                h.portalField(
                    "code", label: "Code à six chiffres", form: form,
                    help: "Ouvrez votre application d’authentification. Téléphone perdu\u{202F}? Saisissez l’un de vos codes de secours.",
                    autocomplete: "one-time-code", maxlength: 40, style: "input input--code", autofocus: true)
            }
        }
    }

    /// A sentence and one way on.
    static func notice(title: String, text: String, status: Int = 200, link: (label: String, href: String)?) -> BarePage {
        card(title: title, status: status) { h in
            h.p(text: text)
            if let link { h.p { h.a(.class("button"), .href(link.href), text: link.label) } }
        }
    }

    /// A link that was used, replaced or is too old: one answer for all.
    static func deadLink() -> BarePage {
        notice(
            title: "Lien périmé", text: "Ce lien a déjà servi ou n’est plus valable. Vous pouvez en demander un nouveau.", status: 404,
            link: ("Recevoir un nouveau lien", "/mot-de-passe-oublie"))
    }

    /// Choosing a password, after an invitation or a reset.
    static func choosePassword(
        title: String, intro: String, email: String, action: String, csrf: String, form: PortalForm, status: Int = 200
    ) -> BarePage {
        card(title: title, status: status) { h in
            h.p(text: intro)
            h.portalForm(action: action, csrf: csrf, button: "Enregistrer le mot de passe", form: form) {
                // Lets password managers file it under the right name.
                h.input(.type(.hidden), .name("username"), .value(email), .autocomplete("username"))
                h.newPasswordFields(form)
            }
        }
    }
}

extension HTMLWriter {
    /// A new password, typed twice.
    func newPasswordFields(_ form: PortalForm) {
        portalField(
            "nouveau", label: "Nouveau mot de passe", type: .password, form: form,
            help: "Douze caractères variés, ou une phrase de cinq mots sans lien entre eux.", autocomplete: "new-password")
        portalField("confirmation", label: "Le même, une seconde fois", type: .password, form: form, autocomplete: "new-password")
    }
}
