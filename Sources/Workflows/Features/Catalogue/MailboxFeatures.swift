import Access
import AdminCore
import M365

/// What mailboxes can do.
enum MailboxFeatures {
  private static let area = Feature.Area.mailboxes

  @FeatureList static var all: [Feature] {
    Feature("focused_inbox", area, "Outlook sorts important mail into a tab of its own.", .focusedInbox) {
      request, mailbox in
      [.exchange(.focusedInbox(mailbox), request.isEnabled)]
    }

    Feature(
      "plus_addressing", area, "Mail to name+anything@ arrives at name@.", .plusAddressingDisabled, isInverted: true)

    Feature("send_from_alias", area, "People send mail from any of their addresses.", .sendFromAlias)
      .shows(after: "up to a day")

    Feature("message_recall", area, "People recall mail they sent to others in the organization.", .messageRecall)

    Feature(
      exchange: "sent_item_copies", area,
      "What delegates send for or as the mailbox is kept in its own Sent Items too.",
      user: { request, mailbox in
        [
          .exchange(.copiesOfMailSentAs(mailbox), request.isEnabled, id: "sendAs"),
          .exchange(.copiesOfMailSentOnBehalf(mailbox), request.isEnabled, id: "onBehalf"),
        ]
      })

    Feature("read_tracking", area, "Delivery reports may show whether a mail was read.", .readTracking) {
      request, mailbox in
      [.exchange(.readStatusInReports(mailbox), request.isEnabled)]
    }
    .with { feature in
      feature.notes = { _ in
        ["Message trace never shows whether a mail was read; only delivery reports and receipts do."]
      }
    }

    Feature(
      exchange: "mail_tips", area, "Outlook warns before a mail is sent: automatic replies, large audiences, outside.",
      organization: { request in
        let setting = OrganizationSetting<MailTipSettings>()
        var wanted: JSONObject = ["MailTipsAllTipsEnabled": .bool(request.isEnabled)]
        if request.isEnabled {
          wanted["MailTipsExternalRecipientsTipsEnabled"] = request.configuration["externalRecipients"]
          wanted["MailTipsGroupMetricsEnabled"] = request.configuration["groupMetrics"]
          wanted["MailTipsLargeAudienceThreshold"] = request.configuration["largeAudience"]
        }
        return [.exchange(setting, to: wanted)]
      }
    )
    .configured(
      ConfigurationField("externalRecipients", .flag, "Whether to warn of recipients outside the organization."),
      ConfigurationField(
        "groupMetrics", .flag, "Whether sizes of groups are counted, for the warning of many recipients."),
      ConfigurationField("largeAudience", .number(1...1000), "From how many recipients on to warn.")
    )

    Feature(
      exchange: "block_smtp_auth", area, "Programs cannot send with a mailbox's password alone (SMTP AUTH).",
      organization: { request in [.exchange(.smtpAuthenticationDisabled, request.isEnabled)] },
      user: { request, mailbox in
        let choice = SMTPAuthentication(request.isEnabled ? .refused : .allowed)
        return [.exchange(MailboxSetting<SMTPAuthentication>(of: mailbox), to: choice.parameters.json)]
      }
    )
    .opposite("smtp_auth").weakens("SMTP AUTH goes past MFA", when: false)
    .with { feature in
      feature.notes = { request in
        request.isEnabled
          ? ["Scanners and programs that send with a password stop working."]
          : ["Security defaults and authentication policies can still refuse it, and Microsoft is retiring it."]
      }
    }

    Feature("modern_auth", area, "Outlook signs in with modern authentication.", .modernAuthentication)
      .with { feature in
        feature.refusal = { request in
          request.isEnabled
            ? nil
            : "Modern authentication is how every current client signs in; without it nobody's mail works. "
              + "Exchange Online has it on everywhere, and it is only ever switched on."
        }
      }

    Feature(
      exchange: "archive_mailbox", area, "The mailbox has an archive; for the organization: new mailboxes get one.",
      organization: { request in [.organization(.autoEnableArchive, request.isEnabled)] },
      user: { request, mailbox in
        [.exchange(ArchiveSetting(of: mailbox), to: ["Archive": .bool(request.isEnabled)])]
      }
    )
    .shows(after: "up to an hour")
    .with { feature in
      feature.risks = { request in
        request.scope == .user && !request.isEnabled ? [.deletes("the archive, whose content is kept for 30 days")] : []
      }
    }

    Feature(
      exchange: "auto_expanding_archive", area, "Archives grow by themselves when they are full.",
      organization: { request in
        guard request.isEnabled else { return [] }
        return [
          .action(
            "set", "Let archives grow by themselves", "Set-OrganizationConfig", reversal: .never(permanence),
            isDone: { _, access throws(AdminError) in
              try await access.exchange().organizationConfiguration().hasAutoExpandingArchive
            },
            perform: { _, access throws(AdminError) in _ = try await access.exchange().enableAutoExpandingArchives() })
        ]
      },
      user: { request, mailbox in
        guard request.isEnabled else { return [] }
        return [
          .action(
            "set", "Let the archive of \(mailbox) grow by itself", "Enable-Mailbox", reversal: .never(permanence),
            isDone: { _, access throws(AdminError) in try await access.exchange().hasAutoExpandingArchive(mailbox) },
            perform: { _, access throws(AdminError) in
              _ = try await access.exchange().enableAutoExpandingArchive(of: mailbox)
            })
        ]
      }
    )
    .licensed(.archiving).shows(after: "up to 30 days, as the archive fills")
    .with { feature in
      feature.refusal = {
        $0.isEnabled ? nil : "An archive that grows by itself cannot be made to stop: \(permanence)."
      }
    }
  }

  private static let permanence = "Microsoft has no way back from an archive that grows by itself"
}
