import Foundation
import Kernel
import Testing

@testable import KernelRuntime

@Suite("Mails")
struct MailMessageTests {
    private func message(subject: String = "Réunion du 12 mars", to: String = "a@exemple.test") -> MailMessage {
        MailMessage(
            id: .derived(from: "mail"), from: "collectif@exemple.test", to: to, subject: subject, text: "Bonjour", html: "<p>Bonjour</p>",
            date: Instant(microseconds: 1_772_000_000_000_000), domain: "exemple.test")
    }

    private func text(_ message: MailMessage) -> String { String(decoding: message.bytes, as: UTF8.self) }

    @Test("the same mail has the same bytes and the same Message-ID, so that a second sending is recognised")
    func deterministic() {
        #expect(message().bytes == message().bytes)
        #expect(text(message()).contains("Message-ID: <\(Identifier.derived(from: "mail"))@exemple.test>"))
    }

    @Test("a line break in a subject or an address makes no header")
    func noHeaderInjection() {
        let hostile = text(message(subject: "Bonjour\r\nBcc: tous@exemple.test", to: "a@exemple.test\r\nCc: b@exemple.test"))
        #expect(!hostile.contains("\r\nBcc:"))
        #expect(!hostile.contains("\r\nCc:"))
    }

    @Test("a mail says in whose name it comes, where an answer goes, and carries its calendar file")
    func senderAndCalendar() {
        var mail = message()
        mail.sender = OutgoingMail.Sender(name: "Zoé Martin\r\nBcc: tous@exemple.test", replyTo: "zoe@exemple.test")
        mail.calendar =
            CalendarFile(
                [
                    CalendarFile.Event(
                        id: .derived(from: "meeting"), sequence: 3, start: Instant(microseconds: 1_772_000_000_000_000), minutes: 60,
                        title: "Réunion, d’équipe; de la maison de santé pluriprofessionnelle des Trois Ponts et du Grand Large", place: "",
                        organiser: "Zoé Martin", organiserAddress: "zoe@exemple.test")
                ], stamp: Instant(microseconds: 0)
            ).text
        let sent = text(mail)
        #expect(sent.hasPrefix("From: =?UTF-8?B?") && sent.contains("<collectif@exemple.test>\r\nTo:"))
        #expect(sent.contains("\r\nReply-To: zoe@exemple.test\r\n") && !sent.contains("\r\nBcc:"))
        #expect(sent.contains("Content-Type: text/calendar; charset=utf-8; method=PUBLISH; name=\"reunion.ics\""))
        #expect(mail.calendar.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        #expect(mail.calendar.contains("SUMMARY:Réunion\\, d’équipe\\; de la maison"))
    }

    @Test("French subjects travel as encoded words of at most 75 characters")
    func encodedWords() {
        let subject = MailMessage.encodedWords("Convocation : réunion d’équipe pluriprofessionnelle de la maison de santé des Trois Ponts")
        for word in subject.split(separator: "\r\n ") { #expect(word.utf8.count <= 75 && word.hasPrefix("=?UTF-8?B?")) }
    }

    @Test("dates are written as RFC 5322 asks")
    func dates() {
        #expect(MailMessage.date(Instant(microseconds: 0)) == "Thu, 1 Jan 1970 00:00:00 +0000")
    }
}

@Suite("The message carried to the next page")
struct MessageCookieTests {
    private let cookie = MessageCookie(key: Array(repeating: 7, count: 32))

    @Test("a message comes back as it went")
    func roundTrip() {
        let message = Message(.done, "Réunion enregistrée : « équipe »")
        #expect(cookie.decode(cookie.encode(message)) == message)
    }

    @Test("words signed by somebody else are not shown")
    func forged() {
        let other = MessageCookie(key: Array(repeating: 8, count: 32)).encode(Message(.stop, "Payez ici"))
        #expect(cookie.decode(other) == nil)
        #expect(cookie.decode("00.00") == nil)
    }

    @Test(
        "a mail is given up only when the server refuses this recipient or this mail for good",
        arguments: [
            (0, "", MailSubmitter.Outcome.sent),
            (65, "recipient address x@y.z not accepted by the server\nmsmtp: server message: 550 no such user", .refused(reply: "550")),
            (69, "the server did not accept the mail\nmsmtp: server message: 554 5.7.1 refused", .refused(reply: "554 5.7.1")),
            (69, "recipient address x@y.z not accepted by the server\nmsmtp: server message: 451 later", .later(code: "smtp_69")),
            (65, "envelope from address a@b.c not accepted by the server\nmsmtp: server message: 550 no", .later(code: "smtp_65")),
            (68, "cannot locate host smtp.exemple.test", .later(code: "smtp_68")),
            (77, "authentication failed\nmsmtp: server message: 535 no", .later(code: "smtp_77")),
        ])
    func outcomes(status: Int, said: String, outcome: MailSubmitter.Outcome) {
        #expect(MailSubmitter.outcome(status: status, said: said) == outcome)
    }
}
