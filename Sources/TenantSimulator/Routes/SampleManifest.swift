/// An Outlook add-in that deployment can be tried with: the XML manifest under the address of the ready line.
enum SampleManifest {
  static let path = "/samples/outlook-addin.xml"

  static func answer(_ request: SimulatedRequest, _ target: RequestTarget) -> SimulatedResponse {
    guard target.path == path, request.method == "GET" else { return SimulatedResponse(status: 404) }
    return SimulatedResponse(
      status: 200, headers: ["Content-Type": "application/xml; charset=utf-8"], body: Array(text.utf8))
  }

  static let text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="MailApp">
      <Id>6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a10</Id>
      <Version>1.2.0.0</Version>
      <ProviderName>Harbour &amp; Finch Settlement Services</ProviderName>
      <DefaultLocale>en-US</DefaultLocale>
      <DisplayName DefaultValue="Closing Checklist" />
      <Description DefaultValue="Shows the checklist of a closing beside the mail about it." />
      <IconUrl DefaultValue="https://addins.harbourfinch.example/checklist/icon-64.png" />
      <HighResolutionIconUrl DefaultValue="https://addins.harbourfinch.example/checklist/icon-128.png" />
      <SupportUrl DefaultValue="https://addins.harbourfinch.example/checklist/help" />
      <AppDomains>
        <AppDomain>https://addins.harbourfinch.example</AppDomain>
      </AppDomains>
      <Hosts>
        <Host Name="Mailbox" />
      </Hosts>
      <Requirements>
        <Sets>
          <Set Name="Mailbox" MinVersion="1.1" />
        </Sets>
      </Requirements>
      <FormSettings>
        <Form xsi:type="ItemRead">
          <DesktopSettings>
            <SourceLocation DefaultValue="https://addins.harbourfinch.example/checklist/read.html" />
            <RequestedHeight>250</RequestedHeight>
          </DesktopSettings>
        </Form>
      </FormSettings>
      <Permissions>ReadItem</Permissions>
      <Rule xsi:type="RuleCollection" Mode="Or">
        <Rule xsi:type="ItemIs" ItemType="Message" FormType="Read" />
      </Rule>
    </OfficeApp>

    """
}
